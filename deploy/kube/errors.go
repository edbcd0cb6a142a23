package kube

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// What can be wrong with a cluster, for errors.Is.
var (
	// ErrUnreachable is that no API server answered.
	ErrUnreachable = errors.New("the API server can't be reached")
	// ErrForbidden is that the user may not do it.
	ErrForbidden = errors.New("not allowed")
	// ErrNoKind is that the cluster does not have the kind of resource.
	ErrNoKind = errors.New("the cluster does not have this kind of resource")
	// ErrNotFound is that the object, or its namespace, is not there.
	ErrNotFound = errors.New("not found")
	// ErrInvalid is that the API server refuses the object.
	ErrInvalid = errors.New("refused by the API server")
	// ErrChanged is that somebody else wrote the object meanwhile.
	ErrChanged = errors.New("changed meanwhile")
	// ErrNotOurs is that the object was not applied by this command.
	ErrNotOurs = errors.New("not applied by sluice")
)

// Error is a failure in one cluster.
type Error struct {
	// Context is the cluster's name in the kubeconfig.
	Context string
	// Op is what failed, such as "apply", and Object on what; may be empty.
	Op, Object string
	// Err is why.
	Err error
}

// Error is one line.
func (e *Error) Error() string {
	text := e.Op
	if e.Object != "" {
		text += " " + e.Object
	}
	return fmt.Sprintf("context %s: %s: %v", e.Context, text, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// failed makes an Error with a named cause.
func (c *Cluster) failed(op, object string, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &Error{Context: c.Context, Op: op, Object: object, Err: c.name(err)}
}

// name finds the cause's name.
func (c *Cluster) name(err error) error {
	var status apierrors.APIStatus
	switch {
	case errors.Is(err, context.Canceled):
		return cause(err)
	case apierrors.IsUnauthorized(err):
		return fmt.Errorf("%w: the API server does not know the credentials of this context, or they have expired: %w", ErrForbidden, err)
	case apierrors.IsForbidden(err):
		return fmt.Errorf("%w: %w", ErrForbidden, err)
	case apierrors.IsNotFound(err) && errors.As(err, &status) && status.Status().Details != nil && status.Status().Details.Kind == "namespaces":
		return fmt.Errorf("%w: there is no namespace %q; create it, or name another one with --namespace", ErrNotFound, status.Status().Details.Name)
	case apierrors.IsNotFound(err):
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	case apierrors.IsConflict(err):
		return conflict(err)
	case apierrors.IsServerTimeout(err), apierrors.IsTooManyRequests(err), apierrors.IsServiceUnavailable(err):
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	case errors.As(err, &status):
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	case c.network(err):
		return fmt.Errorf("%w at %s: %w", ErrUnreachable, c.Server, cause(err))
	default:
		return err
	}
}

// network reports whether err is of the connection.
func (c *Cluster) network(err error) bool {
	var n net.Error
	var u *url.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &n) || errors.As(err, &u)
}

// cause is err without the URL that Go puts before it.
func cause(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// short is a message of the API server without what it repeats of the object.
func short(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	return text
}

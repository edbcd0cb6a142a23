package kube

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ConflictError is that other field managers hold fields with other values.
type ConflictError struct {
	// Held are the fields of each manager.
	Held []Held
}

// Held are the fields that a manager holds.
type Held struct {
	Manager string   `json:"manager"`
	Fields  []string `json:"fields"`
}

// Error names the managers and the fields, and what to do.
func (e *ConflictError) Error() string {
	var all []string
	for _, h := range e.Held {
		all = append(all, fmt.Sprintf("field manager %q holds %s", h.Manager, strings.Join(h.Fields, ", ")))
	}
	return strings.Join(all, "; ") + "; take the fields over with --force-conflicts, or leave them out of the file"
}

// managerText is where the API server's message has the name of a manager.
var managerText = regexp.MustCompile(`conflict with "((?:[^"\\]|\\.)*)"`)

// conflict says which of the two conflicts it is: of field managers, or of
// versions.
func conflict(err error) error {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil {
		return fmt.Errorf("%w: %w", ErrChanged, err)
	}
	held := &ConflictError{}
	for _, cause := range status.Status().Details.Causes {
		if cause.Type == metav1.CauseTypeFieldManagerConflict {
			held.add(cause)
		}
	}
	if len(held.Held) == 0 {
		return fmt.Errorf("%w: %w", ErrChanged, err)
	}
	return held
}

func (e *ConflictError) add(cause metav1.StatusCause) {
	manager := "unknown"
	if m := managerText.FindStringSubmatch(cause.Message); m != nil {
		manager = m[1]
	}
	i := slices.IndexFunc(e.Held, func(h Held) bool { return h.Manager == manager })
	if i < 0 {
		i = len(e.Held)
		e.Held = append(e.Held, Held{Manager: manager})
	}
	e.Held[i].Fields = append(e.Held[i].Fields, cause.Field)
}

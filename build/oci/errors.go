package oci

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"oras.land/oras-go/v2"

	"github.com/sluiceproxy/sluice/build/oci/registry"
)

// Error is a failure at one place.
type Error struct {
	// Op is what failed: "resolve", "read", "write", "tag".
	Op string
	// Side is "source" or "destination".
	Side string
	// Place is where.
	Place string
	// Err is why.
	Err error
}

// Error is one line, whatever the other side sent.
func (e *Error) Error() string {
	return fmt.Sprintf("%s %s %s: %s", e.Op, e.Side, e.Place, hint(clean(e.Err.Error())))
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// failed makes an Error, without secrets.
func failed(op, side string, p Place, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &Error{Op: op, Side: side, Place: p.String(), Err: registry.Redact(err)}
}

// copyFailed finds out which side a copy failed on.
func copyFailed(src, dst Place, err error) error {
	var c *oras.CopyError
	if errors.As(err, &c) && c.Origin == oras.CopyErrorOriginSource {
		return failed("read", "source", src, c.Err)
	}
	if errors.As(err, &c) {
		return failed("write", "destination", dst, c.Err)
	}
	return failed("copy to", "destination", dst, err)
}

// clean takes out of a message what a terminal would act on.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' {
			return ' '
		}
		return r
	}, text)
}

// hint adds what to do about the most common failures.
func hint(text string) string {
	switch {
	case strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return text + "; if the registry speaks no HTTPS, add --plain-http"
	case strings.Contains(text, "certificate signed by unknown authority"):
		return text + "; name its authority with --ca-file"
	case strings.Contains(text, "status code 401"), strings.Contains(text, "basic credential not found"):
		return text + `; log in with "docker login", whose credentials are used`
	default:
		return text
	}
}

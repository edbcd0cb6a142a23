package wasm

import (
	"errors"
	"fmt"
)

var (
	// ErrNotModule is in every error about bytes that are no WebAssembly core
	// module at all; KindOf says what they look like.
	ErrNotModule = errors.New("not a WebAssembly module")
	// ErrTruncated is in every error about a module that ends too early.
	ErrTruncated = errors.New("the file ends too early")
	// ErrUnsupported is in every error about a feature of WebAssembly that this
	// package does not know, so that it can't rewrite the module.
	ErrUnsupported = errors.New("unsupported WebAssembly feature")
)

// SyntaxError says where a module's binary format is broken.
type SyntaxError struct {
	// Offset counts bytes from the start of the section's content, or from the
	// start of the file when Section is empty.
	Offset int
	// Section names the section, such as "import".
	Section string
	// What says what was being read.
	What string
	// Err is the cause: ErrTruncated, ErrUnsupported or another.
	Err error
}

// Error names the section, the offset, what was read and the cause.
func (e *SyntaxError) Error() string {
	if e.Section == "" {
		return fmt.Sprintf("offset %d: %s: %v", e.Offset, e.What, e.Err)
	}
	return fmt.Sprintf("%s section, offset %d: %s: %v", e.Section, e.Offset, e.What, e.Err)
}

// Unwrap returns the cause.
func (e *SyntaxError) Unwrap() error { return e.Err }

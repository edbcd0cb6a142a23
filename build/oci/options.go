package oci

import (
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/registry"
)

// Options are what all verbs share. The zero value is fine.
type Options struct {
	// Registry says how registries are reached.
	Registry registry.Options
	// Policy decides which images are used. It is asked about every image that
	// is read, after its reference was resolved and before anything else of it
	// is read; what is used is the digest that was judged. Default: all are.
	Policy *policy.Policy
	// Attached makes Copy bring along what is attached to an image: signatures,
	// attestations, and the manifests that refer to it.
	Attached bool
	// Progress is told about every transfer, from several goroutines at once.
	// Default: nobody is.
	Progress func(Event)
}

// State is what became of a part of an image.
type State string

// The states of a part, in the order in which they come.
const (
	// Started is before the first byte.
	Started State = "started"
	// Moving is after every piece of it.
	Moving State = "moving"
	// Done is after the last.
	Done State = "done"
	// Present is a part that the destination has already.
	Present State = "present"
	// Retrying is a failure that is tried again.
	Retrying State = "retrying"
)

// Event is a step of a transfer.
type Event struct {
	State State
	// Digest, MediaType and Size, in bytes, are those of the part.
	Digest, MediaType string
	Size              int64
	// Moved counts the bytes of the part so far.
	Moved int64
	// Err is the failure, for Retrying.
	Err error
}

func (o Options) tell(e Event) {
	if o.Progress != nil {
		o.Progress(e)
	}
}

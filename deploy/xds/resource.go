package xds

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

const typePrefix = "type.googleapis.com/"

// Type is the URL of a type of resources.
type Type string

// The types that a server sends, in the order in which a node needs them.
const (
	Clusters   Type = typePrefix + "envoy.config.cluster.v3.Cluster"
	Listeners  Type = typePrefix + "envoy.config.listener.v3.Listener"
	Routes     Type = typePrefix + "envoy.config.route.v3.RouteConfiguration"
	Extensions Type = typePrefix + "envoy.config.core.v3.TypedExtensionConfig"
)

// order is that of the types in a stream: listeners name clusters, and routes and
// extensions are asked for by listeners.
var order = [...]Type{Clusters, Listeners, Routes, Extensions}

// whole reports whether a node asks for all resources of a type, and takes those
// that are missing in an answer as removed.
func (t Type) whole() bool { return t == Clusters || t == Listeners }

// Resource is what a node gets.
type Resource struct {
	// Name is the one that nodes ask for.
	Name string
	// Version is made of the content: equal content has equal versions, in every
	// process.
	Version string
	// Body is the message.
	Body *anypb.Any
}

// NewResource wraps a message.
func NewResource(name string, m proto.Message) (Resource, error) {
	body, err := wrap(m)
	if err != nil {
		return Resource{}, fmt.Errorf("%s: %w", name, err)
	}
	sum := sha256.Sum256(body.Value)
	return Resource{Name: name, Version: hex.EncodeToString(sum[:8]), Body: body}, nil
}

// wrap makes an Any whose bytes are the same each time.
func wrap(m proto.Message) (*anypb.Any, error) {
	body := new(anypb.Any)
	err := anypb.MarshalFrom(body, m, proto.MarshalOptions{Deterministic: true})
	return body, err
}

// Wanted is what a node shall have, by type. A node that asks for a resource that
// is not in it gets no answer.
type Wanted map[Type][]Resource

// find returns a resource.
func (w Wanted) find(t Type, name string) (Resource, bool) {
	i := slices.IndexFunc(w[t], func(r Resource) bool { return r.Name == name })
	if i < 0 {
		return Resource{}, false
	}
	return w[t][i], true
}

// digest is the version of a set of resources, given by name and version.
func digest(versions map[string]string) string {
	lines := make([]string, 0, len(versions))
	for name, version := range versions {
		lines = append(lines, name+"\x00"+version+"\n")
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:8])
}

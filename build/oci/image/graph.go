package image

import (
	"context"
	"fmt"
	"io"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
)

// Node is a manifest, or an index with the nodes below it.
type Node struct {
	// Descriptor names the node. Its platform is what the index above says.
	Descriptor ocispec.Descriptor
	// Raw is the content that the digest is of.
	Raw []byte
	// Manifest is set for a manifest.
	Manifest *ocispec.Manifest
	// Children are those of an index, in its order. A child that is neither
	// manifest nor index is one with Raw alone unset.
	Children []*Node
}

// IsIndex reports whether the node is an index.
func (n *Node) IsIndex() bool { return IsIndex(n.Descriptor.MediaType) }

// Read fetches the manifests and indexes of an image, within the bounds, and
// nothing else. Each is checked against its descriptor.
func Read(ctx context.Context, src content.Fetcher, root ocispec.Descriptor) (*Node, error) {
	r := &reader{src: src, known: map[digest.Digest]*Node{}}
	if !IsIndex(root.MediaType) && !IsManifest(root.MediaType) {
		return nil, malformedf("%s is of type %.80q, not an image's manifest or an index of them", root.Digest, root.MediaType)
	}
	return r.node(ctx, root, 1)
}

// reader is one run of Read.
type reader struct {
	src   content.Fetcher
	known map[digest.Digest]*Node
}

func (r *reader) node(ctx context.Context, d ocispec.Descriptor, depth int) (*Node, error) {
	if depth > MaxDepth {
		return nil, limitf("indexes inside indexes, more than %d deep", MaxDepth)
	}
	n := &Node{Descriptor: d}
	if !IsIndex(d.MediaType) && !IsManifest(d.MediaType) {
		return n, nil
	}
	if k, ok := r.known[d.Digest]; ok && k.Descriptor.MediaType == d.MediaType && k.Descriptor.Size == d.Size {
		n.Raw, n.Manifest, n.Children = k.Raw, k.Manifest, k.Children
		return n, nil
	}
	if len(r.known) >= MaxManifests {
		return nil, limitf("more than %d manifests", MaxManifests)
	}
	raw, err := Fetch(ctx, r.src, d, MaxManifest)
	if err != nil {
		return nil, err
	}
	manifest, index, err := parse(d.MediaType, raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.Digest, err)
	}
	n.Raw, n.Manifest = raw, manifest
	r.known[d.Digest] = n
	if index != nil {
		n.Children, err = r.children(ctx, index, depth)
	}
	return n, err
}

func (r *reader) children(ctx context.Context, index *ocispec.Index, depth int) ([]*Node, error) {
	nodes := make([]*Node, 0, len(index.Manifests))
	for _, d := range index.Manifests {
		child, err := r.node(ctx, d, depth+1)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, child)
	}
	return nodes, nil
}

// Fetch reads content of at most limit bytes into memory and checks it against
// its descriptor.
func Fetch(ctx context.Context, src content.Fetcher, d ocispec.Descriptor, limit int64) ([]byte, error) {
	if d.Size > limit {
		return nil, limitf("%s has %d bytes; at most %d are read", d.Digest, d.Size, limit)
	}
	if err := checkDescriptor(d); err != nil {
		return nil, err
	}
	rc, err := src.Fetch(ctx, d)
	if err != nil {
		return nil, err
	}
	rc, err = Verify(rc, d)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	return io.ReadAll(rc)
}

// Successors are the descriptors that a node names, in order.
func (n *Node) Successors() []ocispec.Descriptor {
	var all []ocispec.Descriptor
	if n.Manifest != nil {
		if n.Manifest.Config.Digest != "" {
			all = append(all, n.Manifest.Config)
		}
		return append(all, n.Manifest.Layers...)
	}
	for _, c := range n.Children {
		all = append(all, c.Descriptor)
	}
	return all
}

// Walk calls visit once for each manifest and index, parents first.
func (n *Node) Walk(visit func(*Node)) {
	n.walk(visit, map[digest.Digest]bool{})
}

func (n *Node) walk(visit func(*Node), seen map[digest.Digest]bool) {
	if n.Raw == nil || seen[n.Descriptor.Digest] {
		return
	}
	seen[n.Descriptor.Digest] = true
	visit(n)
	for _, c := range n.Children {
		c.walk(visit, seen)
	}
}

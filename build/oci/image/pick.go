package image

import (
	"fmt"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Pick returns the manifest that Istio, Higress and Envoy Gateway take of an
// image: the image itself, or the first child of an index that is for
// linux/amd64, which one without a platform counts as.
func Pick(root *Node) (*Node, error) {
	if !root.IsIndex() {
		return root, nil
	}
	for _, c := range root.Children {
		if p := c.Descriptor.Platform; p == nil || p.OS == "linux" && p.Architecture == "amd64" {
			if c.IsIndex() {
				return Pick(c)
			}
			if c.Manifest == nil {
				return nil, malformedf("the index leads to %s, which is of type %.80q", c.Descriptor.Digest, c.Descriptor.MediaType)
			}
			return c, nil
		}
	}
	return nil, fmt.Errorf("%w: the index %s has no manifest for linux/amd64, nor one without a platform", ErrNoModule, root.Descriptor.Digest)
}

// Module finds the layer with the module in a manifest: the last layer where
// that is a tar.gz file, as gateways do, or else the only one that is a module
// as it is.
func Module(n *Node) (layer ocispec.Descriptor, packed bool, err error) {
	layers := n.Manifest.Layers
	if len(layers) == 0 {
		return layer, false, fmt.Errorf("%w: %s has no layers", ErrNoModule, n.Descriptor.Digest)
	}
	last := layers[len(layers)-1]
	if last.MediaType == ocispec.MediaTypeImageLayerGzip || last.MediaType == DockerLayer {
		return last, true, nil
	}
	found := 0
	for _, l := range layers {
		if IsRaw(l.MediaType) {
			layer, found = l, found+1
		}
	}
	switch found {
	case 1:
		return layer, false, nil
	case 0:
		return layer, false, fmt.Errorf("%w: the last layer of %s is of type %.80q, and none is a module", ErrNoModule, n.Descriptor.Digest, last.MediaType)
	default:
		return layer, false, fmt.Errorf("%w: %s has %d layers that are modules", ErrNoModule, n.Descriptor.Digest, found)
	}
}

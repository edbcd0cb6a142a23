package check

import (
	"fmt"
	"slices"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sluiceproxy/sluice/build/oci/image"
)

// again is the cure for a wrong layout.
const again = `push the module anew with "sluice push", whose default form every gateway takes`

// judgeGateway applies the rules that Istio, Higress and Envoy Gateway share.
func judgeGateway(img Image, c Consumer) Verdict {
	n, err := image.Pick(img.Root)
	if err != nil {
		return refuse(nil, err.Error(), "put the plugin's manifest first, without a platform")
	}
	if img.Pin != "" && img.Pin != n.Descriptor.Digest {
		cause := fmt.Sprintf("the digest %s is pinned, and compared with that of the image's manifest, %s", img.Pin, n.Descriptor.Digest)
		if img.Root.IsIndex() && img.Pin == img.Root.Descriptor.Digest {
			cause = fmt.Sprintf("the pinned digest %s is that of an index; gateways compare it with that of the manifest inside, and refuse", img.Pin)
		}
		return refuse(n, cause, "pin "+n.Descriptor.Digest.String())
	}
	if cause := layers(n); cause != "" {
		return refuse(n, cause, again)
	}
	if img.PluginError != nil {
		return refuse(n, img.PluginError.Error(), again)
	}
	return judgePlugin(img, n, c)
}

// layers says what is wrong with a manifest's layers.
func layers(n *image.Node) string {
	all := n.Manifest.Layers
	if len(all) == 0 {
		return "the manifest has no layers"
	}
	last := all[len(all)-1].MediaType
	if n.Descriptor.MediaType == image.DockerManifest {
		if last != image.DockerLayer {
			return fmt.Sprintf("the last layer of a Docker manifest must be of type %s; it is of type %.80q", image.DockerLayer, last)
		}
		return ""
	}
	if last == ocispec.MediaTypeImageLayerGzip {
		return ""
	}
	modules, packed := 0, false
	for _, l := range all {
		if l.MediaType == image.ArtifactLayer {
			modules++
		}
		packed = packed || l.MediaType == ocispec.MediaTypeImageLayerGzip
	}
	switch {
	case packed:
		return fmt.Sprintf("the layer of type %s must be the last; the last is of type %.80q", ocispec.MediaTypeImageLayerGzip, last)
	case modules > 0 && len(all) != 2:
		return fmt.Sprintf("an artifact must have exactly 2 layers, one of them of type %s; it has %d", image.ArtifactLayer, len(all))
	case modules == 0:
		return fmt.Sprintf("the last layer is of type %.80q; gateways take %s, or %s as one of exactly two", last, ocispec.MediaTypeImageLayerGzip, image.ArtifactLayer)
	default:
		return ""
	}
}

// judgePlugin asks whether the gateway loads the plugin itself.
func judgePlugin(img Image, n *image.Node, c Consumer) Verdict {
	target, ok := c.target()
	if !ok || img.Plugin == nil {
		return accept(n)
	}
	for _, p := range img.Plugin.Problems {
		if slices.Contains(p.Targets, target) {
			return refuse(n, "the plugin: "+p.Cause, p.Cure)
		}
	}
	return accept(n)
}

package check

import (
	"encoding/json"
	"fmt"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sluiceproxy/sluice/build/oci/image"
)

// platform is the one of most hosts: tools of the oci-client family look for
// an entry of their own in an index.
const platform = "linux/amd64"

// exact finds what such a tool takes. A child without a platform is none.
func exact(root *image.Node) (*image.Node, *Verdict) {
	n := root
	if root.IsIndex() {
		n = nil
		for _, c := range root.Children {
			if p := c.Descriptor.Platform; p != nil && p.OS+"/"+p.Architecture == platform {
				n = c
				break
			}
		}
	}
	switch {
	case n == nil:
		v := refuse(nil, "the index has no entry for "+platform, `push with "sluice push --index"`)
		return nil, &v
	case n.Manifest == nil || n.Descriptor.MediaType != ocispec.MediaTypeImageManifest:
		v := refuse(n, fmt.Sprintf("the manifest is of type %.80q; it takes %s", n.Descriptor.MediaType, ocispec.MediaTypeImageManifest), "")
		return nil, &v
	default:
		return n, nil
	}
}

func judgeWkg(img Image) Verdict {
	n, refused := exact(img.Root)
	if refused != nil {
		return *refused
	}
	cure := `push with "sluice push --index": the index also carries a CNCF Wasm artifact`
	switch l := n.Manifest.Layers; {
	case n.Manifest.Config.MediaType != image.WasmConfig:
		return refuse(n, fmt.Sprintf("the config must be of type %s; it is of type %.80q", image.WasmConfig, n.Manifest.Config.MediaType), cure)
	case len(l) != 1:
		return refuse(n, fmt.Sprintf("there must be exactly 1 layer; there are %d", len(l)), cure)
	case l[0].MediaType != image.WasmLayer:
		return refuse(n, fmt.Sprintf("the layer must be of type %s; it is of type %.80q", image.WasmLayer, l[0].MediaType), cure)
	default:
		return accept(n)
	}
}

func judgeKwctl(img Image) Verdict {
	n, refused := exact(img.Root)
	if refused != nil {
		return *refused
	}
	cure := "it takes Kubewarden's policies only; push those with kwctl"
	if len(n.Manifest.Layers) == 0 {
		return refuse(n, "the manifest has no layers", cure)
	}
	for _, l := range n.Manifest.Layers {
		if l.MediaType != image.PolicyLayer {
			return refuse(n, fmt.Sprintf("every layer must be of type %s; one is of type %.80q", image.PolicyLayer, l.MediaType), cure)
		}
	}
	return accept(n)
}

// wasmPlatform finds what containerd takes for a Wasm runtime: an entry for
// that architecture, or else what other tools take.
func wasmPlatform(root *image.Node) *image.Node {
	if !root.IsIndex() {
		return root
	}
	for _, c := range root.Children {
		if p := c.Descriptor.Platform; p != nil && p.Architecture == "wasm" && c.Manifest != nil {
			return c
		}
	}
	if n, refused := exact(root); refused == nil {
		return n
	}
	return nil
}

func judgeRunwasi(img Image) Verdict {
	n := wasmPlatform(img.Root)
	if n == nil {
		return refuse(nil, "the index has no entry for a wasm platform, nor for "+platform, `push with "sluice push --index"`)
	}
	var config struct {
		Architecture string              `json:"architecture"`
		Config       ocispec.ImageConfig `json:"config"`
	}
	if err := json.Unmarshal(img.Configs[n.Manifest.Config.Digest], &config); err != nil {
		return refuse(n, "the config is no JSON object: "+err.Error(), "")
	}
	raw := 0
	for _, l := range n.Manifest.Layers {
		if l.MediaType == image.WasmLayer || l.MediaType == image.ComponentLayer {
			raw++
		}
	}
	cure := `push with "sluice push --index": the index also carries a CNCF Wasm artifact`
	switch {
	case raw > 0 && config.Architecture == "wasm":
		return accept(n)
	case raw > 0:
		return refuse(n, fmt.Sprintf("the config names the architecture %.40q; it must be \"wasm\"", config.Architecture), cure)
	case len(config.Config.Entrypoint)+len(config.Config.Cmd) > 0:
		return accept(n) // a file inside an image
	default:
		return refuse(n, fmt.Sprintf("no layer is of type %s, and the image names no file to run", image.WasmLayer), cure)
	}
}

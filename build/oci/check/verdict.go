package check

import (
	"github.com/opencontainers/go-digest"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci/image"
)

// Image is what is judged.
type Image struct {
	// Root is the image as its reference names it.
	Root *image.Node
	// Configs are the contents of the configs, by digest.
	Configs map[digest.Digest][]byte
	// Pin is the digest that the consumer would be told to expect, in the
	// reference or in the field sha256 of a WasmPlugin. Empty for none.
	Pin digest.Digest
	// Plugin describes the plugin that gateways find in it, and PluginError says
	// why they find none. Both are unset where only the layout is judged.
	Plugin      *build.Report
	PluginError error
}

// Verdict is what a consumer does with an image.
type Verdict struct {
	Consumer Consumer `json:"consumer"`
	Accepted bool     `json:"accepted"`
	// Manifest is the digest of the manifest that the consumer takes: the one
	// to pin.
	Manifest digest.Digest `json:"manifest,omitempty"`
	// Cause says why the image is refused, and Cure what to do.
	Cause string `json:"cause,omitempty"`
	Cure  string `json:"cure,omitempty"`
}

// Judge gives one verdict for each consumer.
func Judge(img Image, consumers []Consumer) []Verdict {
	verdicts := make([]Verdict, 0, len(consumers))
	for _, c := range consumers {
		v := judge(img, c)
		v.Consumer, v.Accepted = c, v.Cause == ""
		verdicts = append(verdicts, v)
	}
	return verdicts
}

func judge(img Image, c Consumer) Verdict {
	switch c {
	case Wkg:
		return judgeWkg(img)
	case Kwctl:
		return judgeKwctl(img)
	case Runwasi:
		return judgeRunwasi(img)
	default:
		return judgeGateway(img, c)
	}
}

func refuse(n *image.Node, cause, cure string) Verdict {
	v := Verdict{Cause: cause, Cure: cure}
	if n != nil {
		v.Manifest = n.Descriptor.Digest
	}
	return v
}

func accept(n *image.Node) Verdict { return Verdict{Manifest: n.Descriptor.Digest} }

package prepare

import (
	"os"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci/confschema"
	"github.com/sluiceproxy/sluice/build/oci/policy"
)

// Module is a plugin's code, ready for a gateway. It must not be changed.
type Module struct {
	// URL is the resource's, without secrets.
	URL string `json:"url"`
	// File is the module's file, absolute, and empty without Options.Dir.
	File string `json:"file,omitempty"`
	// SHA256 is that of the module in hexadecimal, Size its bytes.
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	// Image is the image's registry and repository, Digest the digest that its
	// reference was resolved to and that signatures are of, Manifest that of the
	// image manifest in it: the one for a WasmPlugin to pin, never an index's. All
	// are empty for modules that are not from an image.
	Image    string `json:"image,omitempty"`
	Digest   string `json:"digest,omitempty"`
	Manifest string `json:"manifest,omitempty"`
	// Report says what the module imports and exports.
	Report *build.Report `json:"-"`
	// Schema is that of the configuration, and nil where the image has none.
	Schema confschema.Schema `json:"-"`
	// Verified says why the image is trusted; nil without a policy.
	Verified *policy.Verified `json:"verified,omitempty"`
	// FromStore says that nothing of the module was fetched now.
	FromStore bool `json:"fromStore"`
	// Warnings say what worked all the same.
	Warnings []string `json:"warnings,omitempty"`

	code []byte // kept where there is no file
}

// Pinned is the URL that names exactly this image for a WasmPlugin:
// oci://repository@sha256:manifest. It is empty for modules that are not from an
// image.
func (m *Module) Pinned() string { return pinned(m.Image, m.Manifest) }

// Reference is Pinned with the digest that signatures are of, for those who verify
// the image themselves.
func (m *Module) Reference() string { return pinned(m.Image, m.Digest) }

func pinned(image, digest string) string {
	if image == "" || digest == "" {
		return ""
	}
	return "oci://" + image + "@" + digest
}

// Code reads the module.
func (m *Module) Code() ([]byte, error) {
	if m.code != nil {
		return m.code, nil
	}
	return os.ReadFile(m.File)
}

// Capabilities are the names that Envoy's capability_restriction_config must allow
// for this module: the functions that it imports and the callbacks that it exports,
// sorted.
func (m *Module) Capabilities() []string {
	var names []string
	for _, i := range m.Report.Imports {
		if _, name, ok := strings.Cut(i.Name, "."); ok && i.Kind == "func" {
			names = append(names, name)
		}
	}
	for _, name := range m.Report.Callbacks {
		if strings.HasPrefix(name, "proxy_") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

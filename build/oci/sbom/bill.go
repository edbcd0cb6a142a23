package sbom

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/build/wasm"
)

// Format is a form of bills.
type Format string

// The forms.
const (
	// SPDX is SPDX 2.3 in JSON.
	SPDX Format = "spdx"
	// CycloneDX is CycloneDX 1.6 in JSON.
	CycloneDX Format = "cyclonedx"
)

// Formats are all of them.
func Formats() []Format { return []Format{SPDX, CycloneDX} }

// MediaType is that of a bill of this form.
func (f Format) MediaType() string {
	if f == CycloneDX {
		return "application/vnd.cyclonedx+json"
	}
	return "application/spdx+json"
}

// ErrFormat is in the error about a form that is none of Formats.
var ErrFormat = errors.New("unknown form of SBOM")

// Options say what a module doesn't know about itself.
type Options struct {
	// Created is the time that the bill bears. Default: the first second of 1970.
	Created time.Time
	// Tool is the version of the program that makes the bill. Default "devel".
	Tool string
}

// Make lists what a module is made of.
//
// Errors: ErrFormat, and those of wasm.Decode.
func Make(code []byte, f Format, o Options) ([]byte, error) {
	m, err := wasm.Decode(code)
	if err != nil {
		return nil, err
	}
	b := newBill(code, m.BuildInfo(), o)
	switch f {
	case SPDX:
		return b.spdx()
	case CycloneDX:
		return b.cyclonedx()
	default:
		return nil, fmt.Errorf("%w: %q; want one of %q", ErrFormat, f, Formats())
	}
}

// bill is what both forms say.
type bill struct {
	sum     string // SHA-256 of the module, in hexadecimal
	created string
	tool    string
	main    Component
	parts   []Component
	known   bool // whether the parts are all of them
}

// Component is a module of Go that is part of a plugin.
type Component struct {
	// Name is the module's path, Version its version.
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	// Sum is its checksum in the form of go.sum, empty where it was not checked:
	// for the main module and for those that were replaced by a directory.
	Sum string `json:"sum,omitempty"`
}

// PURL is the component's package URL.
func (c Component) PURL() string {
	parts := strings.Split(c.Name, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	text := "pkg:golang/" + strings.Join(parts, "/")
	if c.Version != "" {
		text += "@" + url.QueryEscape(c.Version)
	}
	return text
}

func newBill(code []byte, info *debug.BuildInfo, o Options) *bill {
	sum := sha256.Sum256(code)
	b := &bill{sum: hex.EncodeToString(sum[:]), tool: o.Tool, main: Component{Name: "plugin.wasm"}}
	if b.tool == "" {
		b.tool = "devel"
	}
	if o.Created.IsZero() {
		o.Created = time.Unix(0, 0)
	}
	b.created = o.Created.UTC().Format(time.RFC3339)
	if info != nil {
		b.known = true
		b.main, b.parts = Components(info)
	}
	return b
}

// Components are the main module of a program of Go and what it is made of: the
// standard library first, then the modules in the order of their paths.
func Components(info *debug.BuildInfo) (main Component, parts []Component) {
	main = component(&info.Main)
	if main.Name == "" {
		main.Name = info.Path
	}
	if version, ok := strings.CutPrefix(info.GoVersion, "go"); ok {
		version, _, _ = strings.Cut(version, " ")
		parts = append(parts, Component{Name: "std", Version: version})
	}
	for _, d := range info.Deps {
		parts = append(parts, component(d))
	}
	return main, parts
}

// devel is what the toolchain writes for the version of a directory.
const devel = "(devel)"

// component names the module that was used. One that was replaced by a directory
// keeps its own name: the directory's means nothing elsewhere.
func component(m *debug.Module) Component {
	if r := m.Replace; r != nil {
		if r.Version == "" || r.Version == devel {
			return Component{Name: m.Path, Version: m.Version}
		}
		m = r
	}
	version := m.Version
	if version == devel {
		version = ""
	}
	return Component{Name: m.Path, Version: version, Sum: m.Sum}
}

// uuid is made of what the bill says, so that the same bill has the same.
func (b *bill) uuid(f Format) string {
	raw := sha256.Sum256([]byte(strings.Join([]string{string(f), b.sum, b.created, b.tool}, "\n")))
	raw[6], raw[8] = raw[6]&0x0f|0x80, raw[8]&0x3f|0x80 // version 8: made in a way of its own
	return fmt.Sprintf("%x-%x-%x-%x-%x", raw[:4], raw[4:6], raw[6:8], raw[8:10], raw[10:16])
}

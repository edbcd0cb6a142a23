package generate

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deploy/gen"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// What can be generated.
const (
	Envoy       = "envoy"
	ECDS        = "ecds"
	Compose     = "compose"
	EnvoyFilter = "envoyfilter"
	WasmPlugin  = "wasmplugin"
)

// ErrDir is in the error about modules that need a directory.
var ErrDir = errors.New("the module has to be written somewhere")

// Options say what to generate. What is only for one kind of output is noted.
type Options struct {
	// What is one of the constants above.
	What string
	// Args name plugins: files of resources or directories of them, .wasm files,
	// plugins' directories, images.
	Args []string
	// Local is for plugins that no resource describes.
	Local Local
	// Out is the directory to write to, or for EnvoyFilter and WasmPlugin the
	// file. Default: nothing is written, Result.Files has all.
	Out string
	// Modules is the directory in which Envoy finds the modules, where that is not
	// the one that they are written to: an absolute path on its machine. Envoy and
	// ECDS.
	Modules string
	// Restrict allows each plugin no more than the host functions that it imports
	// and the callbacks that it exports. Envoy, ECDS, Compose, EnvoyFilter.
	Restrict bool
	// Prepare says how modules are got. Its Dir is set.
	Prepare prepare.Options
	// Gateway is what stands around the plugins. Envoy, Compose.
	Gateway gen.Gateway
	// Image is Envoy's. Compose.
	Image string
	// Discovery says how Envoy gets the plugins. Its Dir is set where it is empty.
	// ECDS.
	Discovery gen.Discovery
	// For is the kind of resource. WasmPlugin.
	For wasmplugin.Kind
}

// Result is what was generated.
type Result struct {
	Files    []File   `json:"files"`
	Warnings []string `json:"warnings"`
}

// File is a file that was generated.
type File struct {
	// Path is the file's, or its name where nothing was written.
	Path string `json:"path"`
	// Change is "wrote", "replaced", "unchanged", or "" where nothing was written.
	Change string `json:"change,omitempty"`
	// Content is the text where nothing was written.
	Content string `json:"content,omitempty"`
}

// Run generates. Without an error all files are written.
func Run(ctx context.Context, o Options) (*Result, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	ps, warnings, err := load(o.Args, o.Local)
	if err != nil {
		return nil, err
	}
	warnings = append(warnings, o.elsewhere(ps)...)
	var written []File
	if o.What != WasmPlugin && (o.What != EnvoyFilter || o.Restrict) {
		var ws []wasmplugin.Warning
		written, ws, err = modules(ctx, ps, o)
		if err != nil {
			return nil, err
		}
		warnings = append(warnings, ws...)
	}
	files, ws, err := o.render(ps)
	if err != nil {
		return nil, err
	}
	r := &Result{Files: []File{}, Warnings: []string{}}
	for _, w := range append(warnings, ws...) {
		r.Warnings = append(r.Warnings, w.String())
	}
	for _, f := range files {
		done, err := o.write(f)
		if err != nil {
			return nil, err
		}
		r.Files = append(r.Files, done)
	}
	r.Files = append(r.Files, written...)
	return r, nil
}

func (o Options) render(ps []gen.Plugin) ([]gen.File, []wasmplugin.Warning, error) {
	switch o.What {
	case Envoy:
		return gen.Envoy(ps, o.Gateway)
	case ECDS:
		d := o.Discovery
		if d.Dir == "" && o.Out != "" {
			var err error
			if d.Dir, err = filepath.Abs(o.Out); err != nil {
				return nil, nil, err
			}
			d.Dir = filepath.ToSlash(d.Dir)
		}
		return gen.ECDS(ps, d)
	case Compose:
		return gen.ComposeFiles(ps, gen.Compose{Gateway: o.Gateway, Image: o.Image})
	case EnvoyFilter:
		return gen.EnvoyFilter(ps)
	case WasmPlugin:
		specs := make([]wasmplugin.Plugin, len(ps))
		for i, p := range ps {
			specs[i] = p.Spec
		}
		b, warnings, err := wasmplugin.WriteAll(specs, o.For)
		return []gen.File{{Name: "wasmplugin.yaml", Content: b}}, warnings, err
	}
	return nil, nil, fmt.Errorf("there is nothing called %q to generate", o.What)
}

package compat

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/sluiceproxy/sluice/build/internal/gotool"
	"github.com/sluiceproxy/sluice/build/origin"
)

// Paths of the modules that are replaced.
const (
	WrapperModule = "github.com/higress-group/wasm-go"
	RawModule     = "github.com/higress-group/proxy-wasm-go-sdk"
)

// ErrUnsupported is in the error about a plugin that imports a package of the
// replaced modules that has no counterpart in this SDK.
var ErrUnsupported = errors.New("no counterpart in this SDK")

// ErrNoModule is in the error about a directory that belongs to no Go module.
var ErrNoModule = errors.New("not in a Go module")

// Options say which plugin to look at. The zero value is the current directory
// with the SDK that belongs to the running program.
type Options struct {
	// Dir is the directory of the plugin's main package. Default ".".
	Dir string
	// SDK is where the replacements come from. Default origin.Find.
	SDK origin.SDK
	// Go is the go command. Default "go", from the PATH.
	Go string
	// Env are further variables for the go command, each as "KEY=value".
	Env []string
}

// Plan is what the go command has to be told to build a plugin.
type Plan struct {
	// Needed says whether the plugin uses the replaced modules at all. If not,
	// everything else is empty.
	Needed bool
	// Args go behind the go command's verb (build, test, vet, list):
	// -modfile=FILE and -mod=mod.
	Args []string
	// BuildArgs are Args for the build of a module for gateways. Where nothing
	// in the plugin imports net/http or tidwall/resp, they have build tags that
	// keep these out: two megabytes.
	BuildArgs []string
	// TestArgs are Args for "go test". A plugin whose go.mod file says less than
	// go 1.24 is not held to what "go vet" finds only from there on: formats that
	// are no constants.
	TestArgs []string
	// Env are variables for the go command, each as "KEY=value".
	Env []string
	// Notes are what the user should know, a line each.
	Notes []string

	dir string // with the module file; removed by Close
}

// Close removes the files that the plan has made. A nil plan has none.
func (p *Plan) Close() error {
	if p == nil || p.dir == "" {
		return nil
	}
	return os.RemoveAll(p.dir)
}

// New looks at a plugin and plans its build. The plugin's directory is only
// read. Call Close when the go command has ended.
//
// Errors: ErrNoModule, ErrUnsupported, gotool's about the toolchain, and what
// the go command says about a go.mod file that it can't read.
func New(ctx context.Context, o Options) (*Plan, error) {
	if o.Dir == "" {
		o.Dir = "."
	}
	tool, err := gotool.Find(ctx, o.Go, o.Dir, append(o.Env, "GOWORK=off")...)
	if err != nil {
		return nil, err
	}
	if tool.Module == "" {
		return nil, fmt.Errorf("%s: %w; run \"go mod init NAME && go mod tidy\" there", o.Dir, ErrNoModule)
	}
	mod, err := readModule(ctx, tool)
	if err != nil {
		return nil, err
	}
	used, err := scan(o.Dir, filepath.Dir(tool.Module), mod.Module.Path)
	if err != nil {
		return nil, err
	}
	if !used.any() && !mod.requires(WrapperModule) && !mod.requires(RawModule) {
		return &Plan{}, nil
	}
	if err := used.check(); err != nil {
		return nil, err
	}
	if o.SDK == (origin.SDK{}) {
		if o.SDK, err = origin.Find(); err != nil {
			return nil, err
		}
	}
	return write(ctx, tool, mod, o.SDK)
}

// write makes the module file, and removes it again where that fails.
func write(ctx context.Context, tool *gotool.Tool, mod *module, sdk origin.SDK) (_ *Plan, err error) {
	dir, err := os.MkdirTemp("", "sluice-modfile-")
	if err != nil {
		return nil, err
	}
	p := &Plan{Needed: true, dir: dir, Env: []string{"GOWORK=off"}}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	file := filepath.Join(dir, "go.mod")
	p.Args = []string{"-modfile=" + file, "-mod=mod"}
	if err := copyFile(file, tool.Module); err != nil {
		return nil, err
	}
	edits, notes := mod.edits(sdk)
	p.Notes = notes
	if _, err := tool.Run(ctx, nil, append(append([]string{"mod", "edit"}, edits...), file)...); err != nil {
		return nil, fmt.Errorf("module file for %s: %w", tool.Module, err)
	}
	if err := writeSums(filepath.Join(dir, "go.sum"), filepath.Dir(tool.Module), sdk); err != nil {
		return nil, err
	}
	p.BuildArgs = append(slices.Clone(p.Args), leanTags(ctx, tool, p.Args)...)
	p.TestArgs = append(slices.Clone(p.Args), mod.vetArgs()...)
	return p, nil
}

package plugintest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/sluiceproxy/sluice/build"
)

// Module is where a plugin's Wasm comes from: [Dir], [File], or an image with
// package plugintest/image. Values must be comparable: a module is fetched once
// in a test binary for each.
type Module interface {
	// Load returns the module. An error of a kind that says that only other
	// gateways take the module is a *build.RefusedError.
	Load(ctx context.Context) ([]byte, error)
}

// buildTime bounds a build, with an empty build cache.
const buildTime = 10 * time.Minute

// Dir is the directory of a plugin's main package. It is built once in a test
// binary, as "sluice build --target envoy" does it: such a module runs on every
// engine. A plugin that needs calls that only Higress has is built for that, and
// not run on Envoy.
type Dir string

// Load implements Module.
func (d Dir) Load(ctx context.Context) ([]byte, error) {
	tmp, err := os.MkdirTemp("", "sluice-plugintest-build-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	o := build.Options{Dir: string(d), Output: filepath.Join(tmp, build.DefaultOutput), Target: build.Envoy}
	var refused *build.RefusedError
	if _, err = build.Build(ctx, o); errors.As(err, &refused) {
		o.Target = build.Any
		_, err = build.Build(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	return build.ReadFile(o.Output)
}

// File is a module in a file.
type File string

// Load implements Module.
func (f File) Load(context.Context) ([]byte, error) { return build.ReadFile(string(f)) }

// loaded are the modules of this test binary.
var loaded struct {
	mu      sync.Mutex
	modules map[Module]func() ([]byte, error)
}

// load returns the code of a module, which is fetched the first time.
func load(m Module) ([]byte, error) {
	loaded.mu.Lock()
	if loaded.modules == nil {
		loaded.modules = map[Module]func() ([]byte, error){}
	}
	get := loaded.modules[m]
	if get == nil {
		get = sync.OnceValues(func() ([]byte, error) {
			ctx, cancel := context.WithTimeout(context.Background(), buildTime)
			defer cancel()
			code, err := m.Load(ctx)
			if err != nil {
				return nil, fmt.Errorf("the module of %v: %w", m, err)
			}
			return code, nil
		})
		loaded.modules[m] = get
	}
	loaded.mu.Unlock()
	return get()
}

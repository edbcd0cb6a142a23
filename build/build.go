package build

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/sluiceproxy/sluice/build/internal/gotool"
)

// Build makes a module of a plugin's source. It runs the Go toolchain, closes
// the WASI imports that gateways before Envoy 1.39 lack, drops the callbacks that
// the plugin doesn't use, checks that gateways take the result, and only then
// writes it. Two builds of the same source with the same toolchain give the same
// bytes, wherever the source lies; Options.Verify tries it.
//
// Errors: ErrNoGo, ErrGoTooOld, ErrNotMain, ErrSetCtxInMain, *CompileError,
// ErrNetClient, ErrNoOptimizer, ErrNotReproducible, *RefusedError, those of the file system, and ctx's own: when it ends, the
// toolchain is stopped with every process that it has started.
func Build(ctx context.Context, o Options) (*Result, error) {
	start := time.Now()
	b, err := newBuilder(o)
	if err != nil {
		return nil, err
	}
	code, err := b.make(ctx)
	if err != nil {
		return nil, err
	}
	if err := b.verify(ctx, code); err != nil {
		return nil, err
	}
	if err := writeFile(b.output, code); err != nil {
		return nil, err
	}
	return b.result(code, start)
}

// make makes the module, and writes nothing but temporary files.
func (b *builder) make(ctx context.Context) ([]byte, error) {
	if err := b.checkSource(); err != nil {
		return nil, err
	}
	if err := b.findOptimizer(); err != nil {
		return nil, err
	}
	if err := b.findGo(ctx); err != nil {
		return nil, err
	}
	if err := b.checkNetwork(); err != nil {
		return nil, err
	}
	code, err := b.compile(ctx)
	if err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context, []byte) ([]byte, error){b.closeImports, b.dropCallbacks, b.optimize} {
		if code, err = step(ctx, code); err != nil {
			return nil, err
		}
	}
	return code, b.locate(b.check(code))
}

// builder is one run of Build.
type builder struct {
	Options
	tool     *gotool.Tool
	output   string // the file to write
	abi      []string
	closed   []string
	dropped  []string
	replaced []string
	trimmed  []string
	warnings []string
}

// newBuilder fills in the defaults and refuses what can't work, before
// anything that takes time.
func newBuilder(o Options) (*builder, error) {
	if o.Dir == "" {
		o.Dir = "."
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	if err := gotool.CheckDir(o.Dir); err != nil {
		return nil, err
	}
	b := &builder{Options: o, output: o.Output}
	if b.output == "" {
		b.output = filepath.Join(o.Dir, DefaultOutput)
	} else if info, err := os.Stat(b.output); err == nil && info.IsDir() {
		b.output = filepath.Join(b.output, DefaultOutput)
	}
	return b, checkWritable(b.output)
}

func (b *builder) progress(format string, args ...any) {
	fmt.Fprintf(b.Progress, format+"\n", args...)
}

// check asks whether the target takes the module, and keeps the warnings.
func (b *builder) check(code []byte) error {
	f := readFacts(code)
	b.abi = f.abi
	problems := f.problems()
	if err := refusal(problems, b.Target); err != nil {
		return err
	}
	for _, p := range append(problems, f.warnings()...) {
		b.warnings = append(b.warnings, p.Warning())
	}
	return nil
}

func (b *builder) result(code []byte, start time.Time) (*Result, error) {
	gzip, err := gzipSize(code)
	digest := sha256.Sum256(code)
	return &Result{
		Output:    b.output,
		SHA256:    hex.EncodeToString(digest[:]),
		Size:      len(code),
		Gzip:      gzip,
		ABI:       b.abi,
		GoVersion: b.tool.Version,
		Closed:    nonNil(b.closed),
		Dropped:   nonNil(b.dropped),
		Replaced:  nonNil(b.replaced),
		Trimmed:   nonNil(b.trimmed),
		Verified:  b.Verify,
		Warnings:  nonNil(b.warnings),
		Duration:  time.Since(start).Round(time.Millisecond),
		Code:      code,
	}, err
}

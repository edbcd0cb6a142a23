package scaffold

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sluiceproxy/sluice/build/internal/gotool"
	"github.com/sluiceproxy/sluice/build/origin"
)

// Result says what New has written.
type Result struct {
	// Dir is the plugin's directory.
	Dir string
	// Files are the names of the files in it, sorted.
	Files []string
	// SDK is where the plugin gets the SDK from.
	SDK origin.SDK
}

// New writes a plugin. Everything is made in a temporary directory next to the
// final one, "go mod tidy" runs there, and only then it gets its name: on any
// error, and when ctx ends, nothing is left.
//
// Errors: ErrName, ErrNotEmpty, build.ErrNoGo, build.ErrGoTooOld, what "go mod
// tidy" says, those of the file system, and ctx's own.
func New(ctx context.Context, o Options) (*Result, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(filepath.Clean(o.Dir)), ".sluice-new-")
	if err != nil {
		return nil, fmt.Errorf("make %s: %w", o.Dir, err)
	}
	err = fill(ctx, tmp, o)
	if err == nil {
		err = moveInto(tmp, o.Dir)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(tmp))
	}
	files, err := list(o.Dir)
	return &Result{Dir: o.Dir, Files: files, SDK: o.SDK}, err
}

// fill writes the files and completes the module with its dependencies.
func fill(ctx context.Context, dir string, o Options) error {
	tool, err := gotool.Find(ctx, o.Go, dir, o.Env...)
	if err != nil {
		return err
	}
	if err := render(dir, o); err != nil {
		return err
	}
	if err := seedSums(dir, o.SDK.Dir); err != nil {
		return err
	}
	fmt.Fprintln(o.Progress, "resolving dependencies (go mod tidy)")
	_, err = tool.Run(ctx, nil, "mod", "tidy")
	return err
}

// seedSums copies the checksums of a checkout, so that "go mod tidy" needs no
// other source for them. It removes what the plugin has no use for.
func seedSums(dir, checkout string) error {
	if checkout == "" {
		return nil
	}
	sums, err := os.ReadFile(filepath.Join(checkout, "go.sum"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o644)
}

// moveInto gives a finished directory its name, in the place of an empty one.
func moveInto(tmp, dir string) error {
	if err := os.Chmod(tmp, 0o755); err != nil { // MkdirTemp keeps others out
		return err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("replace the empty directory %s: %w", dir, err)
	}
	return os.Rename(tmp, dir)
}

func list(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

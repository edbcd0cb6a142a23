package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// tester runs tests of plugins.
type tester struct {
	timeout time.Duration
	run     string
}

// plugin seeds faults in the plugin in a directory, whose tests must pass
// without.
func (t tester) plugin(ctx context.Context, dir string, sample int) (*report, error) {
	all, err := faults(dir)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errors.New("no Go code in which a fault could be seeded")
	}
	scratch, err := os.MkdirTemp("", "sluice-mutation-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	if v, out := t.test(ctx, dir, ""); v != survived {
		return nil, fmt.Errorf("its tests fail without a fault:\n%s", out)
	}
	r := &report{dir: dir}
	for _, f := range spread(all, sample) {
		overlay, err := seed(scratch, f)
		if err != nil {
			return nil, err
		}
		v, _ := t.test(ctx, dir, overlay)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r.add(f, v)
	}
	return r, nil
}

// seed writes the file with the fault, and the overlay that puts it in place.
func seed(scratch string, f fault) (overlay string, err error) {
	source, err := os.ReadFile(f.file)
	if err != nil {
		return "", err
	}
	whole, err := filepath.Abs(f.file)
	if err != nil {
		return "", err
	}
	changed := filepath.Join(scratch, filepath.Base(f.file))
	if err := os.WriteFile(changed, f.apply(source), 0o600); err != nil {
		return "", err
	}
	b, err := json.Marshal(map[string]any{"Replace": map[string]string{whole: changed}})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(scratch, "overlay.json")
	return overlay, os.WriteFile(overlay, b, 0o600)
}

// test runs the tests once. The overlay is in GOFLAGS, so that modules that the
// tests build for an engine have the fault too.
func (t tester) test(ctx context.Context, dir, overlay string) (verdict, string) {
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	args := []string{"test", "-count=1", "-failfast", "-vet=off", "-timeout", t.timeout.String()}
	if t.run != "" {
		args = append(args, "-run", t.run)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, ".")...)
	cmd.Dir = dir
	cmd.WaitDelay = 5 * time.Second
	cmd.Env = append(os.Environ(), "ENVOY=", "ENVOYS=", "SLUICE_STRICT=")
	if overlay != "" {
		cmd.Env = append(cmd.Env, strings.TrimSpace("GOFLAGS="+os.Getenv("GOFLAGS")+" -overlay="+overlay))
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	switch err := cmd.Run(); {
	case err == nil:
		return survived, out.String()
	case strings.Contains(out.String(), "[build failed]"):
		return unbuilt, out.String()
	default:
		return noticed, out.String()
	}
}

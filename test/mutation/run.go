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
	"sync"
	"sync/atomic"
	"time"
)

// errBroken is a run of go test that says nothing about the fault.
var errBroken = errors.New("go test was stopped or failed before the tests ran")

// tester runs tests of plugins.
type tester struct {
	timeout  time.Duration // of one run of the tests; 0 is patience
	run      string
	engines  string
	parallel int
	once     bool // compile the faults that can be switched once

	binary   string // with the faults whose indexes are in
	switched map[int]bool
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
	took, err := t.baseline(ctx, dir)
	if err != nil {
		return nil, err
	}
	if t.timeout == 0 {
		t.timeout = patience(took)
	}
	picked := spread(all, sample)
	if t.once {
		stop, err := t.compile(ctx, dir, picked)
		if err != nil {
			return nil, err
		}
		defer stop()
	}
	verdicts, err := t.each(ctx, dir, picked)
	if err != nil {
		return nil, err
	}
	r := &report{dir: dir, seeded: len(all)}
	for i, f := range picked {
		r.add(f, verdicts[i])
	}
	return r, nil
}

// baseline runs the tests without a fault, twice: the second run, which compiles
// nothing, says how long they take.
func (t tester) baseline(ctx context.Context, dir string) (time.Duration, error) {
	t.timeout = 10 * time.Minute
	var start time.Time
	for range 2 {
		start = time.Now()
		if v, out := t.test(ctx, dir, ""); v != survived {
			return 0, fmt.Errorf("its tests fail without a fault:\n%s", out)
		}
	}
	return time.Since(start), nil
}

// patience is how long tests may run with a fault before they hang for good: so
// much longer than without that a loaded machine is no fault.
func patience(took time.Duration) time.Duration {
	return 20*time.Second + 10*took.Round(time.Second)
}

// each tests the faults, some at the same time.
func (t tester) each(ctx context.Context, dir string, picked []fault) ([]verdict, error) {
	verdicts := make([]verdict, len(picked))
	errs := make([]error, max(t.parallel, 1))
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := range errs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs[w] = t.worker(ctx, dir, picked, verdicts, &next)
		}()
	}
	wg.Wait()
	return verdicts, errors.Join(errs...)
}

// worker tests one fault after the other.
func (t tester) worker(ctx context.Context, dir string, picked []fault, verdicts []verdict, next *atomic.Int64) error {
	scratch, err := os.MkdirTemp("", "sluice-mutation-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	for i := int(next.Add(1)) - 1; i < len(picked); i = int(next.Add(1)) - 1 {
		v, out, err := t.one(ctx, dir, scratch, picked, i)
		if err != nil {
			return err
		}
		if v == broken {
			return fmt.Errorf("%s: %w\n%s", picked[i], errors.Join(errBroken, ctx.Err()), out)
		}
		verdicts[i] = v
	}
	return nil
}

// one tests a fault.
func (t tester) one(ctx context.Context, dir, scratch string, picked []fault, i int) (verdict, string, error) {
	if t.switched[i] {
		v, out := t.execute(ctx, dir, i+1)
		return v, out, nil
	}
	overlay, err := seed(scratch, picked[i])
	if err != nil {
		return broken, "", err
	}
	v, out := t.test(ctx, dir, overlay)
	return v, out, nil
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
	return overlayOf(scratch, map[string]string{whole: changed})
}

// overlayOf writes an overlay for the go command.
func overlayOf(scratch string, replace map[string]string) (string, error) {
	b, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(scratch, "overlay.json")
	return overlay, os.WriteFile(overlay, b, 0o600)
}

// test runs the tests once. The overlay is in GOFLAGS, so that modules that the
// tests build for an engine have the fault too.
//
// The time is limited for the tests, not for the compiler before them: what a
// loaded machine doesn't get built is no hanging test.
func (t tester) test(ctx context.Context, dir, overlay string) (verdict, string) {
	ctx, cancel := context.WithTimeout(ctx, t.timeout+10*time.Minute)
	defer cancel()
	args := []string{"test", "-count=1", "-failfast", "-vet=off", "-timeout", t.timeout.String()}
	if t.run != "" {
		args = append(args, "-run", t.run)
	}
	cmd := exec.CommandContext(ctx, "go", append(args, ".")...)
	cmd.Dir = dir
	cmd.WaitDelay = 5 * time.Second
	cmd.Env = t.environment()
	if overlay != "" {
		cmd.Env = append(cmd.Env, strings.TrimSpace("GOFLAGS="+os.Getenv("GOFLAGS")+" -overlay="+overlay))
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return judge(err, ctx.Err(), out.String()), out.String()
}

func (t tester) environment() []string {
	return append(os.Environ(), "ENVOY=", "ENVOYS=", "SLUICE_STRICT=", "SLUICE_ENGINES="+t.engines)
}

// judge makes a verdict of how go test ended.
func judge(err, stopped error, out string) verdict {
	switch {
	case err == nil:
		return survived
	case stopped != nil:
		return broken
	case strings.Contains(out, "[build failed]"):
		return unbuilt
	case strings.Contains(out, "\nFAIL\t"), strings.HasPrefix(out, "FAIL\t"):
		return noticed
	default:
		return broken
	}
}

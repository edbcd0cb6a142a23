package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// compile builds the tests once with all faults that can be switched while they
// run. The others are compiled one by one, as all are where it doesn't work.
func (t *tester) compile(ctx context.Context, dir string, picked []fault) (stop func(), err error) {
	scratch, err := os.MkdirTemp("", "sluice-mutation-")
	if err != nil {
		return nil, err
	}
	stop = func() { _ = os.RemoveAll(scratch) } // a temporary directory
	if t.switched, err = t.build(ctx, dir, scratch, picked); err != nil {
		fmt.Fprintf(os.Stderr, "mutation: %s: each fault is compiled alone: %v\n", dir, err)
	}
	return stop, nil
}

func (t *tester) build(ctx context.Context, dir, scratch string, picked []fault) (map[int]bool, error) {
	u, err := load(ctx, dir)
	if err != nil {
		return nil, err
	}
	replace, in, err := u.switched(scratch, picked)
	if err != nil {
		return nil, err
	}
	overlay, err := overlayOf(scratch, replace)
	if err != nil {
		return nil, err
	}
	t.binary = filepath.Join(scratch, "tests")
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay="+overlay, "-o", t.binary, ".")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go test -c: %w\n%s", err, out)
	}
	if v, out := t.execute(ctx, dir, 0); v != survived {
		return nil, fmt.Errorf("the tests fail with no fault switched on:\n%s", out)
	}
	return in, nil
}

// execute runs the compiled tests with a fault; 0 is none.
func (t tester) execute(ctx context.Context, dir string, number int) (verdict, string) {
	ctx, cancel := context.WithTimeout(ctx, t.timeout+10*time.Minute)
	defer cancel()
	args := []string{"-test.failfast", "-test.timeout=" + t.timeout.String()}
	if t.run != "" {
		args = append(args, "-test.run="+t.run)
	}
	cmd := exec.CommandContext(ctx, t.binary, args...)
	cmd.Dir = dir
	cmd.WaitDelay = 5 * time.Second
	cmd.Env = append(t.environment(), environment+"="+strconv.Itoa(number))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	switch {
	case err == nil:
		return survived, out.String()
	case ctx.Err() == nil && (strings.Contains(out.String(), "FAIL") || strings.Contains(out.String(), "panic: ") || strings.Contains(out.String(), "fatal error: ")):
		return noticed, out.String()
	}
	return broken, out.String()
}

package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
)

// TestMain lets a test run this binary as the command itself.
func TestMain(m *testing.M) {
	if os.Getenv("SLUICE_TEST_COMMAND") == "1" {
		main()
	}
	os.Exit(m.Run())
}

// result is what a command line did.
type result struct {
	code           int
	stdout, stderr string
}

// sluice runs a command line in this process.
func sluice(t *testing.T, args ...string) result {
	t.Helper()
	return sluiceContext(context.Background(), args...)
}

func sluiceContext(ctx context.Context, args ...string) result {
	var stdout, stderr bytes.Buffer
	code := execute(ctx, args, &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// wantUsage checks for one clear line and the hint at the usage.
func (r result) wantUsage(t *testing.T, name, text string) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(r.stderr, "\n"), "\n")
	if r.code != exitUsage || r.stdout != "" || len(lines) != 3 ||
		!strings.HasPrefix(lines[0], "sluice: ") || !strings.Contains(lines[0], text) ||
		!strings.HasPrefix(lines[1], "Usage: sluice") || !strings.Contains(lines[2], "--help") {
		t.Errorf("%s: code %d, want %d and %q\nstdout: %s\nstderr: %s", name, r.code, exitUsage, text, r.stdout, r.stderr)
	}
}

// wantFailure checks for one clear line at the end, and no hint.
func (r result) wantFailure(t *testing.T, name, text string) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(r.stderr, "\n"), "\n")
	last := lines[len(lines)-1]
	if r.code != exitFailure || !strings.HasPrefix(last, "sluice: ") || !strings.Contains(last, text) || strings.Contains(r.stderr, "Usage:") {
		t.Errorf("%s: code %d, want %d and %q\nstdout: %s\nstderr: %s", name, r.code, exitFailure, text, r.stdout, r.stderr)
	}
}

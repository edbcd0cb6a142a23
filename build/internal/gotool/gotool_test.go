package gotool

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestTooOld(t *testing.T) {
	for v, want := range map[string]bool{
		"go1.23.4": true, "go1.24": false, "go1.24rc1": false, "go1.26.8 X:exp": false, "devel go1.99-abc": false, "": false,
	} {
		if tooOld(v) != want {
			t.Errorf("tooOld(%q) is not %t", v, want)
		}
	}
}

func TestFind(t *testing.T) {
	tool, err := Find(context.Background(), "", ".")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(tool.Version, "go1.") && !strings.HasPrefix(tool.Version, "devel") {
		t.Errorf("version is %q", tool.Version)
	}
	if !strings.HasSuffix(tool.Module, "go.mod") {
		t.Errorf("module is %q", tool.Module)
	}
	if set, err := Find(context.Background(), "", ".", "GOTMPDIR=/somewhere"); err != nil || set.tempDir != "/somewhere" {
		t.Errorf("with GOTMPDIR: %+v, %v", set, err)
	}
	outside, err := Find(context.Background(), tool.Path, t.TempDir(), "GOWORK=off")
	if err != nil || outside.Module != "" {
		t.Errorf("outside of a module: %+v, %v", outside, err)
	}
}

func TestFailedError(t *testing.T) {
	e := &Failed{Args: []string{"mod", "tidy"}, Output: "go: downloading a.test/x v1.0.0\ngo: finding module for package a.test/y\ngo: m imports\n\ta.test/y: not found\n"}
	if got, want := e.Error(), "go mod tidy: go: m imports; a.test/y: not found"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestRunFailed(t *testing.T) {
	tool, err := Find(context.Background(), "go", ".")
	if err != nil {
		t.Fatal(err)
	}
	_, err = tool.Run(context.Background(), nil, "nonsense")
	var failed *Failed
	if !errors.As(err, &failed) || !strings.Contains(err.Error(), "go nonsense: ") || strings.Contains(err.Error(), "\n") {
		t.Errorf("error is %v", err)
	}
}

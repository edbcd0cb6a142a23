//go:build unix

package prepare

import (
	"context"
	"errors"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// TestPipe: a pipe in the place of a module is refused, and nobody waits for a writer.
func TestPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "x.wasm")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no pipes here:", err)
	}
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := p.Module(context.Background(), &wasmplugin.Plugin{Name: "x", URL: "file://" + pipe})
		done <- err
	}()
	select {
	case err := <-done:
		if !errors.Is(err, ErrContent) {
			t.Errorf("got %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for the pipe")
	}
}

package prepare

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/check"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

const tokenSpec = `
openAPIV3Schema: {type: object, properties: {token: {type: string, format: password}}}
`

// TestGoPlugin: a plugin of the SDK, with the toolchain's size: it may call others
// while it is configured, is bounded in time and memory, keeps its secrets, and a
// second configuration is quick.
func TestGoPlugin(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a plugin")
	}
	l := newLab(t)
	l.o.Target = ""
	l.o.CacheDir = t.TempDir()
	l.o.StartTimeout = 2 * time.Second
	code, err := os.ReadFile(harness.BuildPlugin(t, "deliver/prepare/testdata/startcall"))
	if err != nil {
		t.Fatal(err)
	}
	l.push("startcall:1", code, tokenSpec, oci.PackageOptions{For: []check.Consumer{check.Higress}})
	p := l.new()
	w := l.plugin("startcall:1")
	m := must(t, p, w)
	try := func(config string) (time.Duration, error) {
		w.Config = []byte(config)
		start := time.Now()
		err := p.CheckConfig(context.Background(), m, w)
		return time.Since(start), err
	}
	cold, err := try(`{"token":"right-token"}`)
	if err != nil {
		t.Fatal(err)
	}
	warm, err := try(`{}`)
	if err != nil || warm > time.Second {
		t.Errorf("warm: %v after %v", err, warm)
	}
	p = l.new() // another process has the cache on the disk
	cached, err := try(`{}`)
	if err != nil {
		t.Error(err)
	}
	t.Logf("module of %d bytes: cold %v, from the cache on the disk %v, warm %v", m.Size, cold, cached, warm)

	var refusal *ConfigError
	_, err = try(`{"token":"wrong-token"}`)
	if !errors.As(err, &refusal) || refusal.By != byPlugin || !strings.Contains(err.Error(), "no such token: (hidden)") {
		t.Errorf("a secret: %v", err)
	}
	took, err := try(`{"loop":true}`)
	if !errors.As(err, &refusal) || took > 10*time.Second {
		t.Errorf("a loop: %v after %v", err, took)
	}
	if _, err = try(`{"eat":true}`); !errors.As(err, &refusal) {
		t.Errorf("memory: %v", err)
	}
	if _, err = try(`{}`); err != nil {
		t.Errorf("after that: %v", err)
	}
}

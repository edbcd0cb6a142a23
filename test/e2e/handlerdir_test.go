package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// tracer is a plugin that adds its configured mark to a header.
const tracer = `package main

import (
	"context"
	"net/http"

	"github.com/sluiceproxy/sluice/sdk/plugin"
)

func main() {}

func init() { plugin.RegisterConfig("tracer", New) }

type Config struct {
	Mark string ` + "`json:\"mark\" required:\"true\"`" + `
}

func New(c Config) (plugin.Handler, error) { return &tracer{c.Mark}, nil }

type tracer struct{ mark string }

func (t *tracer) ProcessRequest(_ context.Context, req *http.Request) *plugin.Result {
	req.Header.Set("X-Trace", req.Header.Get("X-Trace")+t.mark)
	return plugin.ResultModify
}
func (t *tracer) ProcessResponse(context.Context, *http.Response) *plugin.Result { return plugin.ResultContinue }
func (t *tracer) Name() string   { return "tracer" }
func (t *tracer) Priority() int  { return 50 }
func (t *tracer) Cleanup() error { return nil }
`

// place writes a file, in a directory that may be new.
func place(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	harness.WriteFile(t, path, content)
}

// TestPluginDir runs modules and a Go plugin from one directory: in the order of
// their priority, each with its configuration, while they come, go and break.
func TestPluginDir(t *testing.T) {
	dir, err := os.MkdirTemp(filepath.Join(harness.Root(t), "test", "e2e", "testdata"), "dir")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	source := filepath.Join(dir, "20-go")
	place(t, filepath.Join(source, "main.go"), tracer)
	place(t, filepath.Join(source, "config.yaml"), "mark: go\n")
	code, err := os.ReadFile(sluiceBuild(t, source))
	if err != nil {
		t.Fatal(err)
	}
	onBoth(t, func(t *testing.T, e engine) { pluginDir(t, e, dir, string(code)) })
}

func pluginDir(t *testing.T, e engine, dir, code string) {
	add := func(name, mark string) {
		t.Helper()
		place(t, filepath.Join(dir, name+".yaml"), "mark: "+mark+"\n")
		place(t, filepath.Join(dir, name+".wasm"), code)
		t.Cleanup(func() { os.Remove(filepath.Join(dir, name+".wasm")); os.Remove(filepath.Join(dir, name+".yaml")) })
	}
	add("middle", "m")
	add("9-first", "a")
	add("sub/100-last", "z")
	place(t, filepath.Join(dir, "bad", "30-broken.wasm"), "not a module")
	place(t, filepath.Join(dir, "bad", "40-refused.wasm"), code) // its mark is missing
	t.Cleanup(func() { os.RemoveAll(filepath.Join(dir, "bad")) })

	s := e.run(t, "--plugin-dir", dir)
	s.WaitOutput(`plugin "broken"`, 60*time.Second)
	s.WaitOutput(`plugin "refused"`, 60*time.Second) // its turn comes after others, which Envoy compiles for seconds
	s.WaitOutput("mark", 10*time.Second)             // which is what it lacks
	expect := func(want string) {
		t.Helper()
		s.WaitHTTP(s.url("/get"), 60*time.Second, func(r harness.Reply) bool {
			return r.Status == 200 && strings.Contains(string(r.Body), fmt.Sprintf("%q", want))
		})
	}
	expect("agomz")
	add("15-second", "b")
	expect("abgomz")
	place(t, filepath.Join(dir, "bad", "40-refused.yaml"), "mark: r\n")
	expect("abgormz")
	place(t, filepath.Join(dir, "15-second.yaml"), "mrak: b\n") // keeps its last good version
	s.WaitOutput(`plugin "second"`, 30*time.Second)
	place(t, filepath.Join(dir, "middle.yaml"), "mark: M\n")
	expect("abgorMz")
	if err := os.RemoveAll(filepath.Join(dir, "bad")); err != nil {
		t.Fatal(err)
	}
	expect("abgoMz")
}

// TestPluginDirDefault: without an argument, ./plugins is the directory.
func TestPluginDirDefault(t *testing.T) {
	work := t.TempDir()
	code, err := os.ReadFile(harness.BuildPlugin(t, "plugins/hello-world"))
	if err != nil {
		t.Fatal(err)
	}
	place(t, filepath.Join(work, "plugins", "hello.wasm"), string(code))
	ports := harness.FreePorts(t, 2)
	cmd := sluice(t, "run", "--listen", harness.Addr(ports[0]), "--httpbin", harness.Addr(ports[1]), "--admin", "off")
	cmd.Dir = work
	p := harness.Start(t, cmd)
	p.WaitHTTP(harness.URL(ports[0], "/get"), readyTimeout, func(r harness.Reply) bool {
		return strings.Contains(string(r.Body), `"Hello"`)
	})
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
	"github.com/sluiceproxy/sluice/run"
)

// TestRunUsage: what can be seen to be wrong on the command line is wrong usage,
// in one line and a hint.
func TestRunUsage(t *testing.T) {
	t.Chdir(t.TempDir()) // no Go and no plugins
	for _, tt := range []struct {
		args string
		want string
	}{
		{"", "run needs one argument"},
		{"--plugin-dir x a", "leave out a"},
		{"--plugin-dir x --config y", "--config is for one plugin"},
		{"a b", "run takes one argument"},
		{"a --turbo", "--turbo"},
		{"a --engine nginx", "want embedded, envoy"},
		{"a --log-level loud", "want trace, debug"},
		{"a --output xml", "want text, json"},
		{"a --cluster x", "want NAME=ADDRESS"},
		{"a --cluster a=ftp://x", "the scheme must be http, https, redis or rediss"},
		{"a --cluster a=b", "want host:port"},
		{"a --cluster =x", "the name before = is empty"},
		{"a --listen 10000", `--listen "10000": want an IP address and a port`},
		{"a --listen :x", "the port must be a number"},
		{"a --listen :65536", "the port must be a number"},
		{"a --listen example.com:80", "example.com is not an IP address"},
		{"a --listen off", `--listen "off"`},
		{"a --httpbin on", `--httpbin "on"`},
		{"a --envoy /bin/envoy", "--envoy needs --engine envoy"},
		{"a --admin on", `--admin "on": want an IP address`},
		{"a --engine envoy --admin off", "--admin off is for the embedded engine"},
		{"a --metric-label a;b", `--metric-label "a;b": want a name of letters`},
		{"a --metric-label 1a", `--metric-label "1a": want`},
		{"a --metric-label a.*", `--metric-label "a.*": want`},
		{"a --workers -1", "--workers -1: want a positive number"},
		{"a --workers many", "invalid argument"},
	} {
		var out, errOut bytes.Buffer
		code := execute(context.Background(), append([]string{"run"}, strings.Fields(tt.args)...), &out, &errOut)
		if code != exitUsage || !strings.Contains(errOut.String(), tt.want) || out.Len() > 0 {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", tt.args, code, out.String(), errOut.String())
		}
		if n := strings.Count(errOut.String(), "\n"); n != 3 {
			t.Errorf("%s: %d lines on stderr", tt.args, n)
		}
	}
}

// Without an argument the plugin in the current directory runs, or those in ./plugins.
func TestPickSource(t *testing.T) {
	for _, tt := range []struct {
		file             string
		source, dir, err string
	}{
		{"main.go", ".", "", ""},
		{"plugins/a/main.go", "", "plugins", ""},
		{"main.txt", "", "", "no Go here, and no directory ./plugins"},
		{"plugins", "", "", "no directory ./plugins"},
	} {
		t.Chdir(t.TempDir())
		if err := os.MkdirAll(filepath.Dir(tt.file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(tt.file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		var o run.Options
		err := pickSource(&o, nil)
		if o.Source != tt.source || o.PluginDir != tt.dir || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s: %q, %q, %v", tt.file, o.Source, o.PluginDir, err)
		}
	}
}

func TestRunFails(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	good := filepath.Join(t.TempDir(), "p.wasm")
	if err := os.WriteFile(good, envoytest.Probe("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"no/such/dir"}, "there is no no/such/dir"},
		{[]string{"--plugin-dir", "no/such/dir"}, "there is no plugin directory no/such/dir"},
		{[]string{"--plugin-dir", good}, "is a file"},
		{[]string{t.TempDir()}, "holds neither Go files nor .wasm files"},
		{[]string{good, "--config", "no/such.yaml"}, "no/such.yaml"},
		{[]string{good, "--listen", busy.Addr().String()}, "is in use"},
		{[]string{good, "--admin", busy.Addr().String()}, "use --admin to choose another address"},
		{[]string{good, "--engine", "envoy", "--envoy", "no/such/envoy"}, `--envoy names "no/such/envoy"`},
	} {
		args := append([]string{"run"}, tt.args...)
		if !strings.Contains(strings.Join(args, " "), "--listen") {
			args = append(args, "--listen", "127.0.0.1:0")
		}
		var out, errOut bytes.Buffer
		code := execute(context.Background(), append(args, "--httpbin", "127.0.0.1:0"), &out, &errOut)
		if code != exitFailure || !strings.HasPrefix(errOut.String(), "sluice: ") || !strings.Contains(errOut.String(), tt.want) {
			t.Errorf("%v: exit code %d, stderr %q", tt.args, code, errOut.String())
		}
		if n := strings.Count(errOut.String(), "\n"); n != 1 {
			t.Errorf("%v: %d lines on stderr: %q", tt.args, n, errOut.String())
		}
	}
}

// lines is a writer that hands on each line.
type lines struct {
	mu   sync.Mutex
	rest string
	C    chan string
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest += string(b)
	for {
		line, rest, ok := strings.Cut(l.rest, "\n")
		if !ok {
			return len(b), nil
		}
		l.rest = rest
		l.C <- line
	}
}

// TestRunServes is one session with JSON output, ended by an interrupt.
func TestRunServes(t *testing.T) {
	wasm := filepath.Join(t.TempDir(), "p.wasm")
	if err := os.WriteFile(wasm, envoytest.Probe("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	out, code := &lines{C: make(chan string, 100)}, make(chan int, 1)
	var errOut bytes.Buffer
	go func() {
		code <- execute(ctx, []string{"run", wasm, "--listen", "127.0.0.1:0", "--httpbin", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--output", "json"}, out, &errOut)
	}()
	event := func(kind string) map[string]any {
		t.Helper()
		for {
			select {
			case line := <-out.C:
				var e map[string]any
				if err := json.Unmarshal([]byte(line), &e); err != nil {
					t.Fatalf("%s: %v", line, err)
				}
				if e["event"] == kind {
					return e
				}
			case c := <-code:
				t.Fatalf("ended with %d: %s", c, errOut.String())
			case <-time.After(30 * time.Second):
				t.Fatalf("no event %q", kind)
			}
		}
	}
	ready := event("ready")
	url, admin := ready["url"].(string), ready["admin"].(string)
	resp, err := http.Get(url + "/get")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.Header.Get("X-Code") != "x" {
		t.Errorf("headers are %v", resp.Header)
	}
	if e := event("request"); e["status"] != 200.0 || e["path"] != "/get" {
		t.Errorf("request is %v", e)
	}
	for path, want := range map[string]string{"/ready": "LIVE\n", "/stats": "", "/stats?format=json": "{\"stats\":[]}\n", "/": "admin commands are:\n"} {
		resp, err := http.Get(admin + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != 200 || !strings.HasPrefix(string(body), want) {
			t.Errorf("%s: %d %q", path, resp.StatusCode, body)
		}
	}
	cancel()
	if c := <-code; c != exitOK || errOut.Len() > 0 {
		t.Errorf("exit code %d, stderr %q", c, errOut.String())
	}
}

package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/rpc"
	"net/rpc/jsonrpc"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// output collects what several goroutines write.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// stopped is what dlv says of a program that has stopped.
type stopped struct {
	State struct {
		Running       bool
		Exited        bool `json:"exited"`
		CurrentThread *struct {
			Function *struct {
				Name string `json:"name"`
			} `json:"function"`
			Breakpoint *struct {
				ID int `json:"id"`
			} `json:"breakPoint"`
		} `json:"currentThread"`
	}
}

func command(t *testing.T, c *rpc.Client, name string) stopped {
	t.Helper()
	var s stopped
	if err := c.Call("RPCServer.Command", map[string]any{"name": name}, &s); err != nil {
		t.Fatalf("dlv: %s: %v", name, err)
	}
	return s
}

// TestDebug: a breakpoint in the plugin stops on a request, which waits and is
// answered when the program goes on.
func TestDebug(t *testing.T) {
	if _, err := findDlv(""); err != nil {
		harness.Missing(t, "dlv", err.Error())
	}
	var ports []string
	for _, p := range harness.FreePorts(t, 2) {
		ports = append(ports, fmt.Sprintf("127.0.0.1:%d", p))
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	var out output
	o := DebugOptions{Options: Options{Source: filepath.Join("..", "plugins", "hello-world"), Listen: ports[0], HTTPBin: "127.0.0.1:0"},
		Debugger: ports[1], Stdout: &out, Stderr: &out, OnReady: func(url, _ string) { ready <- url }}
	go func() { done <- Debug(ctx, o) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Debug: %v\n%s", err, out.String())
		}
	}()
	var url string
	select {
	case url = <-ready:
	case err := <-done:
		done <- nil
		t.Fatalf("%v\n%s", err, out.String())
	case <-time.After(time.Minute):
		t.Fatalf("not ready\n%s", out.String())
	}
	if body := fetch(t, url+"/headers"); !strings.Contains(body, `"Hello"`) {
		t.Errorf("without a breakpoint: %s", body)
	}
	dlv, err := jsonrpc.Dial("tcp", ports[1])
	if err != nil {
		t.Fatal(err)
	}
	defer dlv.Close()
	command(t, dlv, "halt")
	var made map[string]any
	if err := dlv.Call("RPCServer.CreateBreakpoint", map[string]any{"Breakpoint": map[string]any{"functionName": "main.onHttpRequestHeaders", "line": -1}}, &made); err != nil {
		t.Fatal(err)
	}
	var stop stopped
	hit := dlv.Go("RPCServer.Command", map[string]any{"name": "continue"}, &stop, nil)
	answered := make(chan string, 1)
	go func() { answered <- fetch(t, url+"/headers") }()
	select {
	case <-hit.Done:
	case <-time.After(30 * time.Second):
		t.Fatal("the breakpoint was not hit")
	}
	at := stop.State.CurrentThread
	if hit.Error != nil || at == nil || at.Function == nil || at.Function.Name != "main.onHttpRequestHeaders" || at.Breakpoint == nil {
		t.Errorf("stopped at %+v, %v", at, hit.Error)
	}
	select {
	case body := <-answered:
		t.Errorf("answered while the plugin is stopped: %s", body)
	case <-time.After(300 * time.Millisecond):
	}
	dlv.Go("RPCServer.Command", map[string]any{"name": "continue"}, &stopped{}, nil)
	select {
	case body := <-answered:
		if !strings.Contains(body, `"Hello"`) || !strings.Contains(body, "world") {
			t.Errorf("the answer is %s", body)
		}
	case <-time.After(30 * time.Second):
		t.Error("no answer after the breakpoint")
	}
}

func fetch(t *testing.T, url string) string {
	res, err := http.Get(url) //nolint:noctx // the test ends with it
	if err != nil {
		t.Error(err)
		return ""
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
	}
	return string(b)
}

func TestDebugRefuses(t *testing.T) {
	err := Debug(t.Context(), DebugOptions{Options: Options{Source: "."}, Dlv: filepath.Join(t.TempDir(), "dlv")})
	if !errors.Is(err, ErrNoDebugger) || !strings.Contains(err.Error(), "go install github.com/go-delve/delve/cmd/dlv@latest") {
		t.Error(err)
	}
	t.Setenv("PATH", t.TempDir())
	t.Setenv("GOPATH", t.TempDir())
	if _, err := findDlv(""); !errors.Is(err, ErrNoDebugger) {
		t.Error(err)
	}
}

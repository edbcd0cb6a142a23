package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
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
		Pid           int
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

// debugged is a Debug under way, and a client of its debugger.
type debugged struct {
	t      *testing.T
	url    string
	ready  chan string
	out    output
	events output
	cancel context.CancelFunc
	done   chan error
	*rpc.Client
}

// debug runs Debug on a plugin with routes to upstream, until it serves or, where
// wait is set, until it waits for a debugger.
func debug(t *testing.T, upstream string, wait bool) *debugged {
	t.Helper()
	if _, err := findDlv(""); err != nil {
		harness.Missing(t, "dlv", err.Error())
	}
	routes := filepath.Join(t.TempDir(), "routes.yaml")
	put(t, routes, "routes:\n- {name: first, prefix: /first, cluster: up}\n- {name: second, prefix: /second, cluster: up}\n"+
		"clusters: {up: '"+upstream+"'}\n")
	var ports []string
	for _, p := range harness.FreePorts(t, 2) {
		ports = append(ports, fmt.Sprintf("127.0.0.1:%d", p))
	}
	d := &debugged{t: t, done: make(chan error, 1), ready: make(chan string, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	d.cancel = cancel
	waits := make(chan string, 1)
	printer := NewPrinter(&d.events, false, false)
	o := DebugOptions{Options: Options{Source: filepath.Join("testdata", "debugged"), Routes: routes, Listen: ports[0], HTTPBin: "off", OnEvent: printer.Print},
		Debugger: ports[1], Stdout: &d.out, Stderr: &d.out, OnReady: func(url, _ string) { d.ready <- url },
		Wait: wait, OnWaiting: func(debugger string) { waits <- debugger }}
	go func() { d.done <- Debug(ctx, o) }()
	t.Cleanup(d.end)
	select {
	case d.url = <-d.ready:
	case <-waits:
	case err := <-d.done:
		d.done <- nil
		t.Fatalf("%v\n%s", err, d.out.String())
	case <-time.After(2 * time.Minute):
		t.Fatalf("not ready\n%s", d.out.String())
	}
	var err error
	for end := time.Now().Add(10 * time.Second); d.Client == nil; time.Sleep(10 * time.Millisecond) {
		if d.Client, err = jsonrpc.Dial("tcp", ports[1]); err != nil && time.Now().After(end) {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// end is Ctrl-C. It may come twice.
func (d *debugged) end() {
	d.cancel()
	select {
	case err := <-d.done:
		d.done <- nil
		if err != nil {
			d.t.Errorf("Debug: %v\n%s", err, d.out.String())
		}
	case <-time.After(20 * time.Second):
		d.t.Errorf("Debug does not end\n%s", d.out.String())
	}
}

func (d *debugged) command(name string) (s stopped) {
	d.t.Helper()
	if err := d.Call("RPCServer.Command", map[string]any{"name": name}, &s); err != nil {
		d.t.Fatalf("dlv: %s: %v", name, err)
	}
	return s
}

// stop sets a breakpoint at a function of a program that runs.
func (d *debugged) stop(function string) {
	d.t.Helper()
	d.command("halt")
	d.breakAt(function)
}

func (d *debugged) breakAt(function string) {
	d.t.Helper()
	var made map[string]any
	if err := d.Call("RPCServer.CreateBreakpoint", map[string]any{"Breakpoint": map[string]any{"functionName": function, "line": -1}}, &made); err != nil {
		d.t.Fatal(err)
	}
}

// on lets the program go on; the function that is returned waits for it to stop
// there.
func (d *debugged) on() (until func(function string)) {
	var s stopped
	hit := d.Go("RPCServer.Command", map[string]any{"name": "continue"}, &s, nil)
	return func(function string) {
		d.t.Helper()
		select {
		case <-hit.Done:
		case <-time.After(30 * time.Second):
			d.t.Fatalf("the breakpoint in %s was not hit\n%s", function, d.events.String())
		}
		at := s.State.CurrentThread
		if hit.Error != nil || at == nil || at.Function == nil || at.Function.Name != function || at.Breakpoint == nil {
			d.t.Errorf("stopped at %+v, %v, want %s", at, hit.Error, function)
		}
	}
}

// wait waits for a line about what happens.
func (d *debugged) wait(text string) {
	d.t.Helper()
	for end := time.Now().Add(10 * time.Second); !strings.Contains(d.events.String(), text); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			d.t.Fatalf("nothing of %q in\n%s", text, d.events.String())
		}
	}
}

// TestDebug: a breakpoint in the plugin stops on what the gateway does with live
// traffic: on each of two routes, and on each piece of a body while the client
// still sends. What waits is answered when the program goes on.
func TestDebug(t *testing.T) {
	r := &transcript{t: t, pieces: make(chan string, 9), next: make(chan struct{})}
	up := httptest.NewServer(r)
	defer up.Close()
	d := debug(t, up.URL, false)
	if body := fetch(t, d.url+"/first"); body != "</first of 0 bytes>" {
		t.Errorf("without a breakpoint: %s", body)
	}
	d.stop("main.(*stream).OnHttpRequestHeaders")
	for _, route := range []string{"first", "second"} {
		until := d.on()
		answered := make(chan string, 1)
		go func() { answered <- fetch(t, d.url+"/"+route) }()
		until("main.(*stream).OnHttpRequestHeaders")
		select {
		case body := <-answered:
			t.Errorf("answered while the plugin is stopped: %s", body)
		case <-time.After(300 * time.Millisecond):
		}
		d.on()
		if body := <-answered; body != "</"+route+" of 0 bytes>" {
			t.Errorf("the answer is %s", body)
		}
		d.wait("by route " + route)
		d.command("halt")
	}
	d.stop("main.(*stream).OnHttpRequestBody")
	until := d.on()
	in, out := io.Pipe()
	answered := make(chan string, 1)
	go func() {
		res, err := http.Post(d.url+"/second/pieces", "text/plain", in)
		if err != nil {
			answered <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		answered <- string(b)
	}()
	until("main.(*stream).OnHttpRequestHeaders")
	for _, piece := range []string{"one", "two"} {
		until := d.on()
		io.WriteString(out, piece)
		until("main.(*stream).OnHttpRequestBody")
	}
	until = d.on()
	out.Close() // the end of the body
	until("main.(*stream).OnHttpRequestBody")
	d.on()
	if body := <-answered; body != "</second/pieces of 6 bytes>" {
		t.Errorf("the answer is %s", body)
	}
	d.wait(`request body 3, false: "two"`)
}

// TestDebugEnds: a program that ends is told and can be started again, and Ctrl-C
// at a breakpoint leaves nothing behind.
func TestDebugEnds(t *testing.T) {
	r := &transcript{t: t}
	up := httptest.NewServer(r)
	defer up.Close()
	d := debug(t, up.URL, false)
	if body := fetch(t, d.url+"/first"); body != "</first of 0 bytes>" {
		t.Errorf("before: %s", body)
	}
	if body := fetch(t, d.url+"/exit"); body != "" {
		t.Errorf("from a program that has ended: %s", body)
	}
	d.wait("the process that the plugin runs in has ended")
	time.Sleep(1100 * time.Millisecond) // a VM starts again once a second at most
	if body := fetch(t, d.url+"/first"); body != "" {
		t.Errorf("without a program: %s", body)
	}
	d.wait("start it again in the debugger")
	var restarted map[string]any
	if err := d.Call("RPCServer.Restart", map[string]any{}, &restarted); err != nil {
		t.Fatal(err)
	}
	d.on()
	body := ""
	for end := time.Now().Add(20 * time.Second); body == "" && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		body = fetch(t, d.url+"/first")
	}
	if body != "</first of 0 bytes>" {
		t.Fatalf("after a new start: %q\n%s", body, d.events.String())
	}
	d.stop("main.(*stream).OnHttpRequestHeaders")
	until := d.on()
	go http.Get(d.url + "/first") // it is broken off
	until("main.(*stream).OnHttpRequestHeaders")
	var pid struct{ Pid int }
	if err := d.Call("RPCServer.ProcessPid", map[string]any{}, &pid); err != nil || pid.Pid == 0 {
		t.Fatal(pid, err)
	}
	began := time.Now()
	d.end()
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("the end took %v", took)
	}
	if p, err := os.FindProcess(pid.Pid); err == nil && p.Signal(syscall.Signal(0)) == nil {
		t.Errorf("the program, %d, still runs", pid.Pid)
	}
}

// TestDebugWait: a breakpoint stops in what a plugin does when it starts, for as
// long as it likes.
func TestDebugWait(t *testing.T) {
	d := debug(t, "http://127.0.0.1:1", true)
	d.breakAt("main.(*plugin).OnPluginStart")
	d.on()("main.(*plugin).OnPluginStart")
	select {
	case url := <-d.ready:
		t.Error("it serves before the plugin has started:", url)
	case <-time.After(300 * time.Millisecond):
	}
	d.on()
	select {
	case d.url = <-d.ready:
	case <-time.After(20 * time.Second):
		t.Fatal("it does not serve")
	}
	if res, err := http.Get(d.url + "/reply"); err != nil || res.StatusCode != 418 {
		t.Errorf("%v, %v", res, err)
	}
}

// TestDebugWaitEnds: Ctrl-C is no error before a debugger was there.
func TestDebugWaitEnds(t *testing.T) { debug(t, "http://127.0.0.1:1", true).end() }

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

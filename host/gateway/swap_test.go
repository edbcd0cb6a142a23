package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host"
)

func TestSwap(t *testing.T) {
	b := start(t, Options{Plugins: []Plugin{{Name: "tag", Code: tagger("v1"), Config: []byte("one")}}}, echo)
	for _, c := range []struct {
		plugins []Plugin
		want    string
	}{
		{[]Plugin{{Name: "tag", Code: tagger("v1"), Config: []byte("two")}}, "v1 two"},
		{[]Plugin{{Name: "tag", Code: tagger("v2"), Config: []byte("two")}}, "v2 two"},
		{nil, " "},
		{[]Plugin{{Name: "a", Code: tagger("v3"), Config: []byte("four")}}, "v3 four"},
	} {
		if err := b.g.Swap(context.Background(), c.plugins); err != nil {
			t.Fatal(err)
		}
		a := b.get("/")
		if got := a.Header.Get("Got-X-Version") + " " + a.Header.Get("Got-X-Config"); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// What does not load leaves the old set serving, and the error says why.
func TestSwapFails(t *testing.T) {
	good := Plugin{Name: "good", Code: tagger("v1"), Config: []byte("one")}
	b := start(t, Options{Plugins: []Plugin{good}}, echo)
	for _, c := range []struct {
		name string
		bad  Plugin
		want []string
	}{
		{"text", Plugin{Name: "text", Code: []byte("package main")}, []string{`plugin "text": compile: `}},
		{"empty", Plugin{Name: "empty"}, []string{`plugin "empty": compile: `}},
		{"truncated", Plugin{Name: "cut", Code: tagger("v2")[:200]}, []string{`plugin "cut": compile: `}},
		{"configuration", Plugin{Name: "conf", Code: tagger("v2"), Config: []byte(badConfig)}, []string{`plugin "conf": configure: `, `key "limit" is missing`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := b.g.Swap(context.Background(), []Plugin{good, c.bad})
			var le *LoadError
			if !errors.As(err, &le) || le.Index != 1 || le.Plugin != c.bad.Name {
				t.Fatalf("got %v", err)
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q doesn't say %q", err, w)
				}
			}
			if a := b.get("/"); a.Header.Get("Got-X-Version") != "v1" {
				t.Errorf("the old set doesn't serve: %d %v", a.StatusCode, a.Header)
			}
		})
	}
	if _, err := New(context.Background(), Options{Runtime: sharedRuntime(), Plugins: []Plugin{{Name: "x", Code: []byte("x")}}}); err == nil {
		t.Error("New takes a broken plugin")
	}
}

// The same bytes are compiled once, however often the configuration changes, and
// are kept as long as a set uses them.
func TestSwapCompilesOnce(t *testing.T) {
	v1 := tagger("v1")
	b := start(t, Options{Plugins: []Plugin{{Name: "a", Code: v1}}}, echo)
	module := func() *host.Module {
		b.g.modules.mu.Lock()
		defer b.g.modules.mu.Unlock()
		for _, m := range b.g.modules.byID {
			return m.Module
		}
		return nil
	}
	first := module()
	for i := range 3 {
		p := Plugin{Name: "b", Code: append([]byte(nil), v1...), Config: []byte(fmt.Sprint("config", i))}
		if err := b.g.Swap(context.Background(), []Plugin{p, p}); err != nil {
			t.Fatal(err)
		}
		if module() != first {
			t.Fatal("compiled again")
		}
	}
	if err := b.g.Swap(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(5 * time.Second); module() != nil; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("a module that nobody uses is kept")
		}
	}
}

// 20 swaps of code and configuration, and broken ones between them, under load:
// no failed request, no connection lost, and each request sees one set.
func TestSwapUnderLoad(t *testing.T) {
	leaks(t)
	b := start(t, Options{Concurrency: 2, Plugins: []Plugin{{Name: "a", Code: tagger("v0"), Config: []byte("v0")}}}, echo)
	var sent, lost atomic.Int64
	stop := make(chan struct{})
	var wg sync.WaitGroup
	const clients = 4
	for i := range clients {
		c := client(t, i%2 == 1)
		tr := c.Transport.(*http.Transport)
		tr.DialContext = lostDials(&lost)
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				select {
				case <-stop:
					return
				default:
				}
				req, _ := http.NewRequest("POST", b.url+"/", io.MultiReader(strings.NewReader("hello")))
				a := do(t, c, req)
				v := a.Header.Get("Got-X-Version")
				if a.err != nil || a.StatusCode != 200 || a.body != "hello" || v == "" || a.Header.Get("X-Served") != v || a.Header.Get("Got-X-Config") != v {
					t.Errorf("request %d: %d %q %v %v", sent.Load(), a.StatusCode, a.body, a.Header, a.err)
					return
				}
				sent.Add(1)
			}
		}()
	}
	for i := 1; i <= 20; i++ {
		v := fmt.Sprint("v", i)
		if err := b.g.Swap(context.Background(), []Plugin{{Name: "a", Code: tagger(v), Config: []byte(v)}}); err != nil {
			t.Error(err)
		}
		if err := b.g.Swap(context.Background(), []Plugin{{Name: "a", Code: tagger(v), Config: []byte(badConfig)}}); err == nil {
			t.Error("a bad configuration is taken")
		}
		time.Sleep(10 * time.Millisecond)
	}
	close(stop)
	wg.Wait()
	if n := lost.Load(); n != 0 {
		t.Errorf("%d connections were dropped", n)
	}
	if sent.Load() < 100 {
		t.Errorf("only %d requests", sent.Load())
	}
	if a := b.get("/"); a.Header.Get("Got-X-Version") != "v20" {
		t.Errorf("the last version is %q", a.Header.Get("Got-X-Version"))
	}
}

// A request that runs ends on the set that it began with.
func TestSwapDrains(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	b := start(t, Options{Plugins: []Plugin{{Name: "a", Code: tagger("v1")}}}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(begun)
		<-release
	}))
	got := make(chan answer, 1)
	go func() { got <- b.get("/") }()
	<-begun
	if err := b.g.Swap(context.Background(), []Plugin{{Name: "a", Code: tagger("v2")}}); err != nil {
		t.Fatal(err)
	}
	close(release)
	if a := <-got; a.StatusCode != 200 || a.Header.Get("X-Served") != "v1" {
		t.Errorf("%d, served by %q", a.StatusCode, a.Header.Get("X-Served"))
	}
}

func TestShutdown(t *testing.T) {
	leaks(t)
	b := start(t, Options{Plugins: []Plugin{{Name: "a", Code: tagger("v1")}}}, echo)
	if a := b.get("/"); a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for range 2 {
		if err := b.g.Shutdown(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.g.Swap(ctx, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("Swap: %v", err)
	}
	if a := b.get("/"); a.err == nil {
		t.Errorf("still serves: %d", a.StatusCode)
	}
}

// Shutdown does not wait longer than it may for a request that hangs.
func TestShutdownCutsOff(t *testing.T) {
	leaks(t)
	begun := make(chan struct{})
	b := start(t, Options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done()
	}))
	got := make(chan answer, 1)
	go func() { got <- b.get("/") }()
	<-begun
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := b.g.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if a := <-got; a.err == nil {
		t.Errorf("got an answer: %d", a.StatusCode)
	}
}

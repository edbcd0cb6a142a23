package main

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// Every side does what its scenario asks for: who measures a plugin that does
// nothing measures nothing.
func TestSidesWork(t *testing.T) {
	engine := harness.OneEnvoy(t)
	b, stop, err := newBench(t.Context(), settings{envoy: engine.Path, data: "testdata"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	work := scenarios("testdata")
	hello, rules := work[0], work[4]
	if hello.Name != "hello" || rules.Name != "rules" {
		t.Fatalf("scenarios are %s and %s", hello.Name, rules.Name)
	}
	rules.sides = rules.sides[2:4] // the table of 100,000 takes long
	want := map[string]string{sideNone: "", "rules-1": "v", "rules-1000": "v"}
	for _, sc := range []scenario{hello, rules} {
		lacking, err := b.available(&sc, harness.Strict())
		if err != nil {
			t.Fatal(err)
		}
		if len(lacking) > 0 {
			t.Log("left out: ", strings.Join(lacking, "; "))
		}
		sc.upstream = true
		for _, s := range sc.sides {
			t.Run(sc.Name+"/"+s.Name, func(t *testing.T) {
				header, ok := want[s.Name]
				if !ok {
					header = "world"
				}
				i, err := b.start(s, sc, 1)
				if err != nil {
					t.Fatal(err)
				}
				defer i.stop()
				if got := ask(t, i.address, sc.request).Get("Seen"); got != header {
					t.Errorf("upstream saw %q, want %q", got, header)
				}
				if m, err := i.memory(); err != nil || m < 20*megabyte || i.load <= 0 || i.wait <= 0 {
					t.Errorf("%d bytes, load %v, wait %v, %v", m, i.load, i.wait, err)
				}
			})
		}
	}
}

// ask sends one request and returns the answer's headers.
func ask(t *testing.T, address string, request []byte) http.Header {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write(request); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("answered %s", resp.Status)
	}
	return resp.Header
}

// A run from the command line to a table, of the two sides that need no plugin.
func TestRun(t *testing.T) {
	engine := harness.OneEnvoy(t)
	var out bytes.Buffer
	err := run(t.Context(), []string{"-envoy", engine.Path, "-data", "testdata", "-scenarios", "hello", "-sides", "lua", "-rounds", "2", "-round", "50ms"}, &out, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| none | (", "| lua | ", "not measured in this run"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, &out)
		}
	}
}

// Requests that are in flight together are held, counted and answered.
func TestFlight(t *testing.T) {
	engine := harness.OneEnvoy(t)
	b, stop, err := newBench(t.Context(), settings{envoy: engine.Path, data: "testdata"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	f, err := b.flight(side{Name: sideNone})
	if err != nil {
		t.Fatal(err)
	}
	defer f.stop()
	held := int64(0)
	if err := f.batch(t.Context(), 50, func() error { held = f.gate.held.Load(); return nil }); err != nil || held != 50 {
		t.Errorf("held %d, %v", held, err)
	}
	if cpu, _, err := f.level(t.Context(), 100); err != nil || cpu <= 0 {
		t.Errorf("%v µs, %v", cpu, err)
	}
}

// A change is seen by requests under load, and none fails meanwhile.
func TestPush(t *testing.T) {
	engine := harness.OneEnvoy(t)
	b, stop, err := newBench(t.Context(), settings{envoy: engine.Path, data: "testdata"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	s := sources{"testdata"}
	idle, err := b.build.read(s.wat("read"))
	if err != nil {
		if m, is := isMissing(err); is {
			harness.Missing(t, m.what, m.how)
		}
		t.Fatal(err)
	}
	code, err := b.build.read(s.plugin("rules", "."))
	if err != nil {
		t.Fatal(err)
	}
	hello, err := b.build.read(s.plugin("hello", sideCallback))
	if err != nil {
		t.Fatal(err)
	}
	p := &push{}
	if err := b.push(p, idle, hello, code, 3, 1); err != nil {
		t.Fatal(err)
	}
	if len(p.CodeCPU) != 1 || p.CodeCPU[0] < 0.2 || len(p.ConfigMillis) != 3 || len(p.BusyCodeMillis) != 1 || p.Served == 0 {
		t.Errorf("%+v", p)
	}
	if middleOf(p.ConfigMillis) > 1000*p.CodeWait[0] {
		t.Errorf("a configuration took as long as code: %+v", p)
	}
	if time.Duration(p.CodeWait[0]*float64(time.Second)) <= 0 {
		t.Errorf("%+v", p)
	}
}

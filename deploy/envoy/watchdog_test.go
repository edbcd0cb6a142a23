package envoy

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// dump is what Envoy 1.40 writes when its watchdog ends it, shortened.
var dump = []Line{
	{"error", "wasm", "wasm log faults: something else went wrong before"},
	{"error", "misc", "Watchdog AbortAction terminating thread with tid 1864."},
	{"critical", "backtrace", "Caught Aborted, suspect faulting address 0x741"},
	{"critical", "backtrace", "Backtrace (use tools/stack_decode.py to get line numbers):"},
	{"critical", "backtrace", "#0: [0x7f686c8ba050]"},
	{"", "", "ActiveStream 0x517e7d0fc000, stream_id_: 2522065955623105889&filter_manager_: "},
}

func TestDeath(t *testing.T) {
	for name, c := range map[string]struct {
		lines []Line
		want  string
	}{
		"watchdog":           {dump, "its watchdog ended it, because a worker thread was stuck for more than 2s"},
		"watchdog by itself": {[]Line{{"critical", "assert", "panic: GuardDog: one thread (1864) stuck for more than watchdog_kill_timeout"}}, "its watchdog ended it"},
		"another signal":     {dump[2:], "Caught Aborted, suspect faulting address 0x741"},
		"only the context":   {dump[5:], "ActiveStream"},
		"only addresses":     {dump[4:5], "it wrote nothing"},
		"a plugin":           {dump[:1], "something else went wrong before"},
		"nothing":            {nil, "it wrote nothing"},
	} {
		if got := death(c.lines, 2*time.Second); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// TestWatchdog: an Envoy that its watchdog ends must say so.
func TestWatchdog(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for the watchdog")
	}
	code, err := os.ReadFile(harness.BuildPlugin(t, "test/fault/testdata/faults"))
	if err != nil {
		t.Fatal(err)
	}
	rec := &recorder{}
	o := rec.options()
	o.Binary, o.WorkerKill = binary(t), 2*time.Second
	e, err := Start(context.Background(), o, Config{Plugins: []Plugin{{Name: "faults", Code: code, Config: []byte(`{"name":"one"}`)}}})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	req, err := http.NewRequest("GET", "http://"+e.Addr(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Op", "loop")
	client := http.Client{Timeout: 30 * time.Second}
	if res, err := client.Do(req); err == nil {
		res.Body.Close()
		t.Errorf("the request that loops got %s", res.Status)
	}
	select {
	case <-e.Done():
	case <-time.After(30 * time.Second):
		t.Fatal("Envoy still runs")
	}
	if err := e.Err(); err == nil || !strings.Contains(err.Error(), "its watchdog ended it, because a worker thread was stuck for more than 2s") {
		t.Error(err)
	}
}

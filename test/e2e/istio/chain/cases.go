package chain

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// Outcome is what requests get after a change.
type Outcome string

// The outcomes.
const (
	Loaded Outcome = "the new plugin"        // it serves
	Denied Outcome = "403"                   // all requests are refused
	Absent Outcome = "no plugin"             // requests pass without it
	Broken Outcome = "500"                   // all requests fail: the filter has no configuration
	Kept   Outcome = "what there was before" // the plugin of before serves on
)

// Case is a WasmPlugin and what becomes of it.
type Case struct {
	Name string
	// URL names the module. Config is its configuration besides the message; nil
	// leaves the message out too. More replaces fields of the resource.
	URL    string
	Config map[string]any
	More   map[string]any
	// First is what requests get where there was no plugin, After where one served.
	First, After Outcome
	// Says is in the log of the agent, which has Envoy's lines too.
	Says string
}

// RunCases runs a table. url and n name an image of the plugin and its version.
func RunCases(t *testing.T, s *Stack, url string, n int, timeout time.Duration, cases []Case) {
	t.Helper()
	fence := func(message string) string {
		// The highest priority: its header is on every answer, also of refusals.
		return WasmPlugin("fence", url, map[string]any{"header": "x-fence", "message": message}, map[string]any{"priority": 100})
	}
	run := &caseRun{s: s, fence: fence, timeout: timeout}
	for i, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			run.t, run.number = t, i
			// Names of their own: Envoy remembers what it had under a name, until
			// the listener that had it is gone.
			first, after := fmt.Sprint("first-", i), fmt.Sprint("after-", i)
			defer s.Delete(caseResource(first, c, "") + caseResource(after, c, ""))
			run.expect(Absent, "")
			run.check(first, c, c.First, Absent, "")
			s.Delete(caseResource(first, c, ""))
			run.expect(Absent, "")
			s.Apply(caseResource(after, Case{URL: url, Config: map[string]any{}}, "before"))
			run.expect(Loaded, Label(n, "before"))
			run.check(after, c, c.After, Loaded, Label(n, "before"))
			s.Delete(caseResource(after, c, ""))
		})
	}
}

// caseResource is the WasmPlugin of a case.
func caseResource(name string, c Case, message string) string {
	config := c.Config
	if config != nil {
		config = map[string]any{"message": message}
		for key, value := range c.Config {
			config[key] = value
		}
	}
	return WasmPlugin(name, c.URL, config, c.More)
}

// caseRun is where a case is run.
type caseRun struct {
	t       *testing.T
	s       *Stack
	fence   func(message string) string
	timeout time.Duration
	number  int
	fences  int
}

// check applies a case and waits for an outcome, where requests got another one
// before.
func (r *caseRun) check(name string, c Case, want, was Outcome, label string) {
	r.t.Helper()
	written, refused := len(r.s.Gateway.Output()), r.refusals()
	message := fmt.Sprintf("case %d.%d", r.number, r.fences)
	r.s.Apply(caseResource(name, c, message))
	if want == Kept || want == Broken {
		r.until("Envoy refuses the plugin", func() bool { return r.refusals() > refused })
	}
	if want == Kept {
		want, message = was, label
	}
	r.expect(want, message)
	r.until("the log says "+c.Says, func() bool { return strings.Contains(r.s.Gateway.Output()[written:], c.Says) })
}

// refusals counts the extension configurations that Envoy refused.
func (r *caseRun) refusals() int {
	sum := 0
	for name, n := range r.s.Gateway.Stats("config_fail") {
		if strings.Contains(name, "extension_config_discovery") {
			sum += n
		}
	}
	return sum
}

// expect waits until requests get an outcome, which must then last: another
// plugin's change, made later, is waited for, and some requests more.
func (r *caseRun) expect(want Outcome, says string) {
	r.t.Helper()
	var last harness.Reply
	is := func() bool {
		last = r.get()
		return outcome(last, says) == want
	}
	r.until("requests get "+string(want), is)
	r.fences++
	mark := fmt.Sprint("fence ", r.fences)
	r.s.Apply(r.fence(mark))
	r.until(mark, func() bool {
		return strings.HasSuffix(r.get().Header.Get("x-fence"), mark)
	})
	for range 5 {
		if !is() && last.Status != 0 {
			r.t.Errorf("requests got %s, but then %s", want, last)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// get sends a request on a connection of its own. One that a listener took which
// has gone since is no answer: cases come and go, which changes listeners.
func (r *caseRun) get() harness.Reply {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}
	resp, err := client.Get(r.s.Gateway.URL("/"))
	if err != nil {
		return harness.Reply{Header: http.Header{}, Body: []byte(err.Error())}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return harness.Reply{Header: http.Header{}, Body: []byte(err.Error())}
	}
	return harness.Reply{Status: resp.StatusCode, Header: resp.Header, Body: body}
}

// outcome is what an answer tells.
func outcome(r harness.Reply, says string) Outcome {
	label := r.Header.Get(tag)
	switch {
	case r.Status == http.StatusForbidden && strings.Contains(string(r.Body), "RBAC"):
		return Denied
	case r.Status == http.StatusInternalServerError:
		return Broken
	case r.Status == http.StatusOK && label == "":
		return Absent
	case r.Status == http.StatusOK && strings.HasSuffix(label, says):
		return Loaded
	}
	return Outcome(fmt.Sprintf("%s by %q", r, label))
}

// until waits for something.
func (r *caseRun) until(what string, ok func() bool) {
	r.t.Helper()
	for deadline := time.Now().Add(r.timeout); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.t.Fatalf("not within %s: %s; now: %s", r.timeout, what, r.get())
		}
	}
}

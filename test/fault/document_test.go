package fault

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

var update = flag.Bool("update", false, "write docs/faults.md")

const introduction = `# Faults

What happens when a plugin, a client or an upstream misbehaves. Each line is a
test, run on the embedded gateway and on Envoy 1.40 with the plugins in
` + "`test/fault/testdata`" + `, while other clients use the same VM: none of them notices
anything, no request hangs, and unless the line says otherwise the VM is the same
one afterwards. The plugins are built like any other; only those that ask for
` + "`wrapper.WithFailOpen`" + ` let through what they could not look at.

Run it with ` + "`go test ./test/fault`" + ` (two to three minutes, an Envoy is needed), and with
` + "`-long -timeout 4h`" + ` for the full counts: 1,000 panics, 10,000 clients that go,
20,000 additions to one counter, a tick for 60 seconds, 1,000,000 requests with
headers of 4 KB and bodies of 64 KB (` + "`-soak N`" + ` for another number, ` + "`-soak-time D`" + `
for less time). This page is made by
` + "`go test ./test/fault -run TestDocument -update`" + `.

"500" stands for the SDK's own answer, with the details ` + "`plugin_failed_in_…`" + ` or
` + "`plugin_never_resumed`" + ` in the access log. A quoted log line is one line, with the
file and line of a panic; control characters in it are escaped. Metrics appear on
Envoy as ` + "`wasmcustom.…`" + `.

| # | Case | Embedded | Envoy |
|---|---|---|---|
`

// remarks are below the table.
const remarks = `
Where the two differ:

- **16, a path with a broken escape**: the embedded gateway refuses the request
  with 400 before a plugin sees it, also over HTTP/2: Go's net/http parses the
  target of every request with url.ParseRequestURI ("invalid URL escape") before it
  calls a handler, and has no hook there. Envoy passes it on, so a plugin must
  expect it.
- **24**: the embedded gateway of ` + "`sluice run`" + ` ends a callback after 10 seconds
  (` + "`run.CallTimeout`" + `), says so in the log, and gives the next request a new VM; a
  gateway of your own does so with ` + "`gateway.Options.CallTimeout`" + `. Envoy can't end a callback, only itself: its watchdog
  does after one minute in the configuration that ` + "`sluice run`" + ` makes
  (` + "`envoy.Options.WorkerKill`" + `), on Envoy 1.39 and 1.40. On Envoy 1.36 and 1.37 the
  watchdog did nothing in the same test: the worker stays stuck.

What the limit of 24 costs a request on the embedded gateway is in
[performance-embedded.md](performance-embedded.md): the code counts the turns of its
loops, whether there is a limit or not, which makes it about a tenth slower where it
does nothing but compute.

The soak of 22, each gateway for nine minutes at the lowest priority, 8 requests at a
time, each answer checked
(` + "`go test ./test/fault -run 'TestFaults/(embedded|envoy)$/22_requests' -v -long -soak 400000 -soak-time 9m -timeout 1h`" + `):

| | Requests after the warm-up | Memory of the guest | Resident memory of the process | Slope |
|---|---|---|---|---|
| Embedded | 400,000 in 8m28s | 6784 KiB before and after | 390 to 388 MiB | -984 KiB a minute |
| Envoy 1.40 | 120,000 in 9m7s | 6272 to 6784 KiB | 195 MiB before and after | 10 KiB a minute |

The embedded gateway's process is the test's own, with clients and upstream in it. With
-long the case fails where the process grows by more than 1 MiB a minute.

Notes:

- **5**: no gateway breaks a callout off when its stream ends. Its answer is
  dropped: the callback doesn't run, also if the host has given the stream's number
  to another one. Straight-line handlers see ` + "`call.ErrStreamEnded`" + ` at once and unwind.
- **11**: what is over the limit before the headers have left is answered with 413
  (request) or 500 (response). A response whose headers have left is broken off.
  Handlers for chunks see bodies of any length.
- **13**: a message whose body a handler is going to see goes on without
  ` + "`content-length`" + `, because it could be wrong; see ` + "`wrapper.KeepContentLength`" + `.
- **16**: ` + "`source.address`" + ` is the peer's address on both, whatever X-Forwarded-For says:
  the configuration that ` + "`sluice run`" + ` makes sets ` + "`use_remote_address`" + `, as gateways that
  clients reach directly do. Both put the peer's address behind what the client has
  sent in X-Forwarded-For (for a client on the same machine Envoy puts the machine's
  own address there), set x-envoy-external-address and a new x-request-id, and take
  off the x-envoy headers by which a client could steer the gateway.
- **16**: ` + "`wrapper.CleanPath`" + ` and ` + "`wrapper.OneRequestHeader`" + ` are for decisions by path
  and by credentials.
- **22**: a metric that is defined again has the same number, without a call of the
  host.
- **23**: the failure policy in the configuration that ` + "`sluice run`" + ` makes is
  FAIL_RELOAD: one of the next requests gets a new VM (measured 10 to 30 ms later on
  both), and Envoy waits a second and more before it does so again. Requests in
  between get 503.
- **25**: gateways don't let a plugin exit; the call returns and the code behind it
  runs. ` + "`sluice vet`" + ` finds it.
`

// document is docs/faults.md as the table is now.
func document() string {
	var b strings.Builder
	b.WriteString(introduction)
	cell := strings.NewReplacer("|", `\|`, "\n", " ", "*", `\*`, "<", "&lt;").Replace
	for _, f := range table() {
		what := func(engine string) string {
			text := cell(f.want(engine))
			if f.log != nil {
				text += "; log: `" + strings.Join(f.log, "…") + "`"
			}
			if f.metric != "" {
				text += "; metric `" + f.metric + "` +1"
			}
			return text
		}
		onEnvoy := what("envoy")
		if onEnvoy == what("embedded") {
			onEnvoy = "the same"
		}
		fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", f.n, cell(f.name), what("embedded"), onEnvoy)
	}
	b.WriteString(remarks)
	return b.String()
}

// TestDocument keeps docs/faults.md as the table is.
func TestDocument(t *testing.T) {
	path := filepath.Join(harness.Root(t), "docs", "faults.md")
	if *update {
		harness.WriteFile(t, path, document())
		return
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != document() {
		t.Errorf("docs/faults.md is not what the table says (%v): go test ./test/fault -run TestDocument -update", err)
	}
}

// TestTableIsComplete keeps the list from losing a number.
func TestTableIsComplete(t *testing.T) {
	have, names := map[int]bool{}, map[string]bool{}
	for _, f := range table() {
		have[f.n] = true
		name := fmt.Sprintf("%d %s", f.n, f.name)
		if names[name] {
			t.Errorf("%s is there twice", name)
		}
		names[name] = true
	}
	for n := 1; n <= 31; n++ {
		if !have[n] {
			t.Errorf("no case of fault %d", n)
		}
	}
}

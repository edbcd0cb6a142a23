package hub

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// guard is a plugin of the hub, and what it has to do.
type guard struct {
	// plugin is the directory below plugins.
	plugin string
	// config is the plugin's configuration.
	config string
	// behind is a plugin that stands behind this one. Default: none.
	behind *guard
	// clusters are services by the name of their cluster, as host:port.
	clusters map[string]string
	// mutate makes something of a random request, mostly with credentials.
	mutate func(r *rand.Rand, q *request)
	// verdict is what has to become of the request. It is called when the request is
	// sent, and again when the answer is there: the two may differ where the time
	// matters, and then the request proves nothing.
	verdict func(q *request) verdict
	// stripped are headers that the backend must never see. Default: none.
	stripped []string
	// statuses are those with which the plugin refuses. Default 400, 401 and 403.
	statuses []int
	// exact is for plugins that change what passes, or answer: it says of what kind
	// the outcome has to be, and what is wrong with it, "" if nothing is. It is not
	// asked where a gateway has refused. Default: none.
	exact func(q *request, got outcome) (kind, wrong string)
	// kinds are those of exact: each has to be seen, so that the run proves something.
	kinds []string
}

// verdict is what has to become of a request.
type verdict struct {
	// pass says that it has to reach the backend.
	pass bool
	// either says that both are right.
	either bool
	// consumer is what the backend sees in X-Mse-Consumer, once; "" is no header,
	// whatever that the plugin has nothing to do with it.
	consumer string
}

// whatever is the consumer of a verdict that is about something else.
const whatever = "*"

var (
	refused = verdict{}
	unknown = verdict{either: true}
)

func passes(consumer string) verdict { return verdict{pass: true, consumer: consumer} }

// attack sends requests to the plugin, on both gateways.
func attack(t *testing.T, g guard) {
	t.Helper()
	if g.statuses == nil {
		g.statuses = []int{400, 401, 403}
	}
	n, seed := number(t, "HUB_REQUESTS", map[bool]int{true: 20000, false: 2000}[harness.Strict()]), number(t, "HUB_SEED", int(time.Now().UnixNano()&0xffffff))
	t.Run("embedded", func(t *testing.T) { g.run(t, startEmbedded(t, g), n, uint64(seed)) })
	t.Run("envoy", func(t *testing.T) { g.run(t, startEnvoy(t, g), n/10, uint64(seed)) })
}

func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("$%s: %v", name, err)
	}
	return n
}

// grown is how many bytes a gateway's process may grow from the first quarter of
// the requests to the end. A leak of a kilobyte a request is more.
const grown = 10 << 20

func (g guard) run(t *testing.T, b *bed, n int, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 1))
	start, passed, refusals, wrong := time.Now(), 0, 0, 0
	seen, before := map[string]int{}, uint64(0)
	for i := range n {
		if i == n/4 {
			before = b.resident(t)
		}
		q := random(r)
		g.mutate(r, q)
		want := g.verdict(q)
		got := b.send(t, q)
		if again := g.verdict(q); again != want {
			continue
		}
		if want.pass {
			passed++
		} else {
			refusals++
		}
		if why := g.judge(q, want, got, seen); why != "" {
			t.Errorf("request %d of seed %d: %s\n%s\nanswer %d %.200q, the backend saw it %v", i, seed, why, q, got.status, got.body, got.seen != nil)
			if wrong++; wrong >= 5 {
				t.FailNow()
			}
		}
	}
	after := b.resident(t)
	t.Logf("%d requests in %s: %d to pass, %d not; the process has %d KiB after a quarter, %d at the end", n, time.Since(start).Round(time.Millisecond), passed, refusals, before>>10, after>>10)
	for _, kind := range g.kinds {
		if t.Logf("%s: %d", kind, seen[kind]); seen[kind] < n/200 {
			t.Errorf("of %d requests %d are of the kind %q: that proves little", n, seen[kind], kind)
		}
	}
	if g.exact == nil && (passed < n/20 || refusals < n/20) {
		t.Errorf("of %d requests %d pass and %d do not: that proves little", n, passed, refusals)
	}
	if after > before+grown {
		t.Errorf("the gateway's process grew from %d to %d KiB", before>>10, after>>10)
	}
}

package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/plugintest"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

// usual is the core rule set as it is, with what README.md advises under False
// alarms.
const usual = `{"useCRS":true,"crs_setup":[
 "SecAction \"id:10001,phase:1,pass,nolog,setvar:'tx.allowed_methods=GET HEAD POST OPTIONS PUT PATCH DELETE'\"",
 "SecAction \"id:10002,phase:1,pass,nolog,setvar:'tx.allowed_request_content_type=|application/x-www-form-urlencoded| |multipart/form-data| |application/json| |application/xml| |text/xml| |text/plain| |application/merge-patch+json| |application/octet-stream|'\"",
 "SecRule REQUEST_HEADERS:Content-Type \"@beginsWith application/octet-stream\" \"id:10003,phase:1,pass,nolog,ctl:requestBodyAccess=Off\"",
 "SecRule REQUEST_URI \"@beginsWith /graphql\" \"id:10004,phase:1,pass,nolog,ctl:ruleRemoveTargetById=932235;ARGS:json.query,ctl:ruleRemoveTargetById=942190;ARGS:json.query,ctl:ruleRemoveTargetById=942290;ARGS:json.query\""]}`

// sample is a request and what has to become of it.
type sample struct {
	name string
	plugintest.Request
	refused bool
	// or is another status than 403 with which it may be refused. Default: none.
	or int
}

func (s sample) String() string {
	return fmt.Sprintf("%s: %s %s %q %.600q", s.name, s.Method, s.Path, s.Headers, s.Body)
}

// sender sends a request. It returns the status, and whether upstream has seen it.
type sender func(plugintest.Request) (status int, reached bool)

// Requests that must pass, attacks that must not, and both mixed at random: $SLUICE_WAF_REQUESTS
// of those, from $SLUICE_WAF_SEED.
func TestTraffic(t *testing.T) {
	strict := os.Getenv("SLUICE_STRICT") == "1"
	mixed := trafficNumber(t, "SLUICE_WAF_REQUESTS", map[bool]int{true: 2000, false: 200}[strict])
	engines := crsEngines(t)
	if strings.Contains(engines, "native") {
		t.Run("native", func(t *testing.T) {
			h := native.New(t, native.Options{Config: []byte(usual), LogLevel: 4})
			traffic(t, natively(h), mixed, memory{heap, heapGrown})
			for _, line := range h.Logs() {
				t.Errorf("the log: %s", line.Message)
			}
		})
	}
	if strings.Contains(engines, "envoy") {
		t.Run("envoy", func(t *testing.T) {
			plugintest.On(t, plugintest.Envoy, plugintest.Plugin{Config: usual}, func(gw *plugintest.Gateway) {
				traffic(t, onGateway(gw), mixed/5, memory{children, residentGrown})
			})
		})
	}
}

// memory is how many bytes are in use, and how many more may be at the end than after
// a quarter of the requests.
type memory struct {
	used  func() uint64
	grown uint64
}

// The heap has 10 MiB more at some moments than at others, however many requests there
// were. Of 20,000 requests a leak of a kilobyte each is more than what is allowed.
const (
	heapGrown     = 14 << 20
	residentGrown = 24 << 20 // with what collectors leave for later
)

// traffic sends everything.
func traffic(t *testing.T, send sender, mixed int, m memory) {
	t.Helper()
	harmless, hostile := benign(), attacks()
	for _, s := range slices.Concat(harmless, hostile) {
		s.check(t, send)
	}
	seed := trafficNumber(t, "SLUICE_WAF_SEED", 1)
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	start, refusals, before := time.Now(), 0, uint64(0)
	for i := range mixed {
		if i == mixed/4 {
			before = m.used()
		}
		s := random(r, harmless)
		if s.refused {
			refusals++
		}
		s.check(t, send)
	}
	t.Logf("%d harmless requests and %d attacks that are listed; %d at random from seed %d in %s, %d of them attacks",
		len(harmless), len(hostile), mixed, seed, time.Since(start).Round(time.Millisecond), refusals)
	if refusals < mixed/5 || refusals > mixed*4/5 {
		t.Errorf("of %d requests at random %d are attacks: that proves little", mixed, refusals)
	}
	after := m.used()
	t.Logf("%d KiB are in use after a quarter of them, %d at the end", before>>10, after>>10)
	if after > before+m.grown {
		t.Errorf("memory grew from %d to %d KiB", before>>10, after>>10)
	}
}

func (s sample) check(t *testing.T, send sender) {
	t.Helper()
	status, reached := send(s.Request)
	switch {
	case s.refused && (reached || (status != 403 && status != s.or)):
		t.Errorf("an attack gets %d, upstream sees it: %v\n%s", status, reached, s)
	case !s.refused && (!reached || status != 200):
		t.Errorf("a harmless request gets %d, upstream sees it: %v\n%s", status, reached, s)
	}
}

// natively sends requests to the emulator.
func natively(h *native.Host) sender {
	return func(q plugintest.Request) (int, bool) {
		headers := [][2]string{{":method", q.Method}, {":path", q.Path}, {":scheme", "http"}, {":authority", "shop.test"}}
		headers = append(headers, q.Headers...)
		var parts [][]byte
		if q.Body != "" {
			headers = append(headers, [2]string{"content-length", strconv.Itoa(len(q.Body))})
			half := len(q.Body) / 2
			parts = [][]byte{[]byte(q.Body[:half]), []byte(q.Body[half:])}
		}
		ex := h.Send(native.Input{Headers: headers, Chunks: parts})
		defer ex.End()
		if ex.Reply != nil {
			return int(ex.Reply.Status), false
		}
		if ex.Paused() {
			return 0, false
		}
		ex.Respond([][2]string{{":status", "200"}, {"content-type", "text/plain"}}, []byte("ok"))
		return 200, true
	}
}

// onGateway sends requests to a gateway of its own.
func onGateway(gw *plugintest.Gateway) sender {
	gw.Backend.Answer(plugintest.Answer{Headers: plugintest.Headers{{"x-backend", "yes"}}})
	return func(q plugintest.Request) (int, bool) {
		q.Host = "shop.test"
		got := gw.Do(q)
		return got.Status, len(got.Headers.Values("x-backend")) > 0
	}
}

// heap is what is in use after some collections, in bytes: pools and finalizers keep
// things for more than one.
func heap() uint64 {
	least := uint64(math.MaxUint64)
	for range 5 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		least = min(least, m.HeapAlloc)
		time.Sleep(10 * time.Millisecond)
	}
	return least
}

// children is the memory of the processes that the test has started, in bytes.
func children() (sum uint64) {
	lists, _ := filepath.Glob("/proc/self/task/*/children")
	for _, list := range lists {
		pids, _ := os.ReadFile(list)
		for _, pid := range strings.Fields(string(pids)) {
			status, _ := os.ReadFile("/proc/" + pid + "/status")
			if _, rest, found := strings.Cut(string(status), "VmRSS:"); found {
				kib, _ := strconv.ParseUint(strings.Fields(rest)[0], 10, 64)
				sum += kib << 10
			}
		}
	}
	return sum
}

func trafficNumber(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		t.Fatalf("$%s: %q is no number", name, text)
	}
	return n
}

package hub

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// limited are keys with a limit, as they stand in a query.
var limited = []string{"a", "A", "102", "a b", "ü", "a&b", "a=b", "%41", "+"}

const perKey = 12

func TestKeyRateLimit(t *testing.T) {
	var keys []string
	for _, k := range limited {
		keys = append(keys, fmt.Sprintf(`{"key":%q,"query_per_day":%d}`, k, perKey))
	}
	for _, by := range []string{"param", "cookie"} {
		t.Run(by, func(t *testing.T) {
			fresh := func() guard {
				counts := &ledger{left: map[string]int{}, by: by}
				return guard{
					plugin:   "key-rate-limit",
					config:   fmt.Sprintf(`{"limit_by_%s":"k","algorithm":"fixed_window","limit_keys":[%s]}`, by, strings.Join(keys, ",")),
					mutate:   counts.mutate,
					verdict:  counts.verdict,
					statuses: []int{429},
				}
			}
			n, seed := number(t, "HUB_REQUESTS", map[bool]int{true: 20000, false: 2000}[harness.Strict()]), number(t, "HUB_SEED", int(time.Now().UnixNano()&0xffffff))
			t.Run("embedded", func(t *testing.T) { g := fresh(); g.run(t, startEmbedded(t, g), n, uint64(seed)) })
			t.Run("envoy", func(t *testing.T) { g := fresh(); g.run(t, startEnvoy(t, g), n/10, uint64(seed)) })
		})
	}
}

// The same keys, counted in Redis: on the embedded gateway by its own calls, on
// Envoy over the bridge.
func TestClusterKeyRateLimit(t *testing.T) {
	var keys []string
	for _, k := range limited {
		keys = append(keys, fmt.Sprintf(`{"key":%q,"query_per_day":%d}`, k, perKey))
	}
	config := fmt.Sprintf(`{"rule_name":"r","failure_mode_deny":true,"redis":{"service_name":"redis.dns","timeout":5000},"rule_items":[{"limit_by_param":"k","limit_keys":[%s]}]}`, strings.Join(keys, ","))
	fresh := func(redis string) guard {
		counts := &ledger{left: map[string]int{}, by: "param"}
		return guard{
			plugin: "cluster-key-rate-limit", config: config, clusters: map[string]string{redisName: redis},
			mutate: counts.mutate, verdict: counts.verdict, statuses: []int{429},
		}
	}
	n, seed := number(t, "HUB_REQUESTS", map[bool]int{true: 20000, false: 2000}[harness.Strict()]), number(t, "HUB_SEED", int(time.Now().UnixNano()&0xffffff))
	t.Run("embedded", func(t *testing.T) {
		g := fresh("redis://" + startRedis(t))
		g.run(t, startEmbedded(t, g), n, uint64(seed))
	})
	t.Run("envoy", func(t *testing.T) {
		g := fresh("")
		b, _ := twoWorkers(t, g.plugin, config, []envoy.Cluster{{Name: redisName, Address: startRedis(t)}})
		g.run(t, b, n/10, uint64(seed))
	})
}

const redisName = "outbound|6379||redis.dns"

// ledger counts what has passed, as the plugin should.
type ledger struct {
	by   string
	left map[string]int
	// last is the request that was asked about, kept alone: the tests watch the
	// memory of their own process.
	last *request
	said verdict
}

// mutate adds keys, written in several ways. A request that a gateway refuses by
// itself has none: nobody knows whether it is counted.
func (l *ledger) mutate(r *rand.Rand, q *request) {
	q.headers = slices.DeleteFunc(q.headers, func(h [2]string) bool { return l.by == "cookie" && strings.EqualFold(h[0], "cookie") })
	if q.odd {
		return
	}
	for range pick(r, 0, 1, 1, 1, 2, 3) {
		key := pick(r, pick(r, limited...), pick(r, "b", "aa", "", "1020", "a b c"))
		if l.by == "cookie" {
			if strings.ContainsAny(key, "ü ") {
				key = "a=b"
			}
			q.add(pick(r, "cookie", "Cookie"), pick(r, "", "x=1; ", "k; ", "kk=a;")+pick(r, "k=", "k=", "K=", "kx=")+key+pick(r, "", ";", "; y=2"))
			continue
		}
		q.target += map[bool]string{true: "&", false: "?"}[strings.Contains(q.target, "?")] +
			pick(r, "k", "k", "%6b", "%6B", "K", "kk") + "=" + escaped(r, key)
	}
}

// escaped writes a key, with more escapes than are needed.
func escaped(r *rand.Rand, key string) string {
	var b strings.Builder
	for i := 0; i < len(key); i++ {
		switch c := key[i]; {
		case oneIn(r, 3) || strings.IndexByte("&=%+#?", c) >= 0 || c > 0x7e:
			fmt.Fprintf(&b, pick(r, "%%%02x", "%%%02X"), c)
		case c == ' ':
			b.WriteString("+")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// values are a request's, by rules of their own.
func (l *ledger) values(q *request) (all []string) {
	if l.by == "cookie" {
		for _, line := range q.values("cookie") {
			for _, pair := range strings.Split(line, ";") {
				if v, ok := strings.CutPrefix(strings.TrimSpace(pair), "k="); ok {
					all = append(all, v)
				}
			}
		}
		return all
	}
	_, query, _ := strings.Cut(q.target, "?")
	for _, pair := range strings.Split(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name, _ = url.QueryUnescape(name); name == "k" {
			value, _ = url.QueryUnescape(value)
			all = append(all, value)
		}
	}
	return all
}

// verdict counts a request the first time that it is asked about it.
func (l *ledger) verdict(q *request) verdict {
	if q == l.last {
		return l.said
	}
	counted := map[string]bool{}
	for _, v := range l.values(q) {
		if slices.Contains(limited, v) {
			counted[v] = true
		}
	}
	v := verdict{pass: true, consumer: whatever}
	for key := range counted {
		v.pass = v.pass && l.left[key] < perKey
	}
	if !v.pass {
		v = refused
	} else {
		for key := range counted {
			l.left[key]++
		}
	}
	l.last, l.said = q, v
	return v
}

// TestLimitsAreExact sends requests over many connections to two workers of an
// Envoy at the same time: as many pass as the limit says.
func TestLimitsAreExact(t *testing.T) {
	if testing.Short() {
		t.Skip("starts six Envoys; run without -short")
	}
	harness.OneEnvoy(t)
	findRedis(t)
	const count, requests, clients = 500, 2000, 64
	for _, plugin := range []string{"key-rate-limit", "cluster-key-rate-limit"} {
		both := 0
		// The kernel spreads connections: now and then one worker has them all.
		for n := 0; n < 9 && (n < 3 || both == 0); n++ {
			algorithm := []string{"fixed_window", "sliding_window", "gcra"}[n%3]
			t.Run(plugin+"/"+algorithm, func(t *testing.T) {
				rules := fmt.Sprintf(`"limit_by_per_param":"k","limit_keys":[{"key":"*","query_per_day":%d}]`, count)
				config := fmt.Sprintf(`{"algorithm":%q,%s}`, algorithm, rules)
				var servers []envoy.Cluster
				if plugin == "cluster-key-rate-limit" {
					config = fmt.Sprintf(`{"rule_name":"r","algorithm":%q,"redis":{"service_name":"redis.dns","timeout":5000},"failure_mode_deny":true,"rule_items":[{%s}]}`, algorithm, rules)
					servers = []envoy.Cluster{{Name: redisName, Address: startRedis(t)}}
				}
				b, admin := twoWorkers(t, plugin, config, servers)
				begin := time.Now()
				passed, others := flood(b.addr, requests, clients)
				t.Logf("%d of %d requests passed, in %v", passed, requests, time.Since(begin).Round(time.Millisecond))
				if passed != count || others != 0 {
					t.Errorf("%d passed, want %d; %d had an answer that is neither 200 nor 429", passed, count, others)
				}
				if workers(t, admin) == 2 {
					both++
				}
			})
		}
		if both == 0 {
			t.Errorf("%s: two workers never took part at the same time", plugin)
		}
	}
}

func findRedis(t *testing.T) string {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		harness.Missing(t, "redis-server", "install Redis")
	}
	return binary
}

func startRedis(t *testing.T) string {
	t.Helper()
	port := harness.FreePort(t)
	p := harness.Start(t, exec.Command(findRedis(t), "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir()))
	p.WaitOutput("Ready to accept connections", 10*time.Second)
	return harness.Addr(port)
}

// twoWorkers starts an Envoy with two worker threads.
func twoWorkers(t *testing.T, plugin, config string, servers []envoy.Cluster) (*bed, string) {
	t.Helper()
	b := startBackend(t)
	binary, err := envoy.Find(t.Context(), harness.OneEnvoy(t).Path)
	if err != nil {
		t.Fatal(err)
	}
	code, err := plugintest.Dir("../../plugins/" + plugin).Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ports := harness.FreePorts(t, 2)
	e, err := envoy.Start(t.Context(), envoy.Options{
		Binary: binary, Listen: harness.Addr(ports[0]), Admin: harness.Addr(ports[1]), Workers: 2, LogLevel: "error",
		OnPlugin: func(p envoy.PluginLine) { t.Errorf("the log: %s", p.Text) },
	}, envoy.Config{
		Routes:      []envoy.Route{{Name: "hub", Prefix: "/", Cluster: "backend"}},
		Plugins:     []envoy.Plugin{{Name: plugin, Code: code, Config: []byte(config)}},
		Clusters:    append(servers, envoy.Cluster{Name: "backend", Address: b.addr}),
		RedisBridge: len(servers) > 0,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return &bed{addr: e.Addr(), pid: e.PID(), backend: b}, harness.Addr(ports[1])
}

// flood sends requests over connections of their own and counts those that pass,
// and those with an unexpected answer.
func flood(addr string, requests, clients int) (passed, others int64) {
	var next, ok, odd atomic.Int64
	var wg sync.WaitGroup
	for range clients {
		wg.Add(1)
		go func() {
			defer wg.Done()
			client := &http.Client{Timeout: patience, Transport: &http.Transport{DialContext: (&net.Dialer{}).DialContext, MaxIdleConnsPerHost: 1}}
			defer client.CloseIdleConnections()
			for next.Add(1) <= int64(requests) {
				res, err := client.Get("http://" + addr + "/?k=everybody")
				if err != nil {
					odd.Add(1)
					continue
				}
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
				switch res.StatusCode {
				case 200:
					ok.Add(1)
				case 429:
				default:
					odd.Add(1)
				}
			}
		}()
	}
	wg.Wait()
	return ok.Load(), odd.Load()
}

// workers says how many worker threads have had connections of clients.
func workers(t *testing.T, admin string) (busy int) {
	t.Helper()
	res, err := http.Get("http://" + admin + `/stats?filter=^listener\..*\.worker_\d\.downstream_cx_total`)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, line := range strings.Split(string(text), "\n") {
		name, value, found := strings.Cut(line, ": ")
		if found && value != "0" && !strings.Contains(name, "internal") && !strings.Contains(name, "admin") {
			_, worker, _ := strings.Cut(name, ".worker_")
			seen[worker[:1]] = true
		}
	}
	return len(seen)
}

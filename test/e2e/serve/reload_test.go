package serve

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deliver/serve"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// clients is how many connections are busy.
const clients = 2

// history is the versions that may serve.
type history struct {
	mu      sync.Mutex
	allowed map[string]bool
}

func (h *history) allow(code, config string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.allowed == nil {
		h.allowed = map[string]bool{}
	}
	h.allowed[code], h.allowed[config] = true, true
}

func (h *history) ok(header http.Header) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.allowed[header.Get("X-Code")] && h.allowed[header.Get("X-Config")]
}

// TestReloadUnderLoad: changes of configuration and code, and bad ones, while
// clients keep their connections busy. No request fails, no connection is cut, no
// bad version answers.
func TestReloadUnderLoad(t *testing.T) {
	e := harness.OneEnvoy(t)
	t.Run("small module", func(t *testing.T) {
		configs, codes, bad := 10, 3, 4
		if harness.Strict() {
			configs, codes, bad = 100, 20, 10
		}
		l := newLab(t)
		reload(t, l, e, configs, codes, bad)
	})
	t.Run("Go module", func(t *testing.T) { // each takes Envoy some seconds to compile
		if !harness.Strict() {
			t.Skip("takes a minute: SLUICE_STRICT=1")
		}
		l := newLab(t)
		l.code = harness.BuildPlugin(t, "test/e2e/serve/testdata/stampgo")
		reload(t, l, e, 100, 3, 0)
	})
}

func reload(t *testing.T, l *lab, e harness.Envoy, configs, codes, bad int) {
	l.signed()
	var h history
	url, code, config := l.push("VERSION-1000"), "VERSION-1000", `{"v":"0"}`
	h.allow(code, config)
	l.apply("stamp", url, config)
	l.start()
	l.startEnvoy(e, l.bootstrap())
	l.waitHeader("/", "X-Config", config)
	load := startLoad(t, harness.Addr(l.port), clients, h.ok)

	var tookConfig, tookCode []time.Duration
	early := 0
	for i := range configs {
		config = fmt.Sprintf(`{"v":"%d"}`, i+1)
		h.allow(code, config)
		began := time.Now()
		l.apply("stamp", url, config)
		l.waitHeader("/", "X-Config", config)
		tookConfig = append(tookConfig, time.Since(began))
		if i == 4 {
			early = rss(t, l.envoy.Pid())
		}
	}
	late := rss(t, l.envoy.Pid())
	for i := range codes {
		code = fmt.Sprintf("VERSION-2%03d", i)
		url = l.push(code)
		h.allow(code, config)
		began := time.Now()
		l.apply("stamp", url, config)
		l.waitHeader("/", "X-Code", code)
		tookCode = append(tookCode, time.Since(began))
	}
	for i := range bad {
		l.bad(i, url, config)
		r := harness.Get(t, l.url("/"))
		if r.Header.Get("X-Code") != code || r.Header.Get("X-Config") != config {
			t.Errorf("bad version %d: got %v", i, r.Header)
		}
	}
	l.apply("stamp", url, `{"v":"end"}`)
	h.allow(code, `{"v":"end"}`)
	l.waitHeader("/", "X-Config", `{"v":"end"}`)
	load.check(t, clients)
	t.Logf("from file to first answer: %d configurations p50 %v worst %v; %d modules p50 %v worst %v", configs, middle(tookConfig), slices.Max(tookConfig), codes, middle(tookCode), slices.Max(tookCode))
	t.Logf("Envoy's memory: %d MiB after change 5, %d MiB after change %d", early, late, configs)
	if float64(late) > 1.2*float64(early) {
		t.Errorf("memory grew from %d to %d MiB", early, late)
	}
}

// bad applies a version that is not to serve, and waits until that is known.
func (l *lab) bad(i int, url, config string) {
	l.t.Helper()
	version := fmt.Sprintf("VERSION-9%03d", i)
	want := ""
	switch i % 5 {
	case 0: // the plugin refuses it
		l.apply("stamp", url, fmt.Sprintf(`{"v":"!%d"}`, i))
		want = "configuration"
	case 1: // a module that is cut off
		file := filepath.Join(l.root, version+".wasm")
		code := l.stampCode(version)
		if err := os.WriteFile(file, code[:len(code)-40-i], 0o644); err != nil {
			l.t.Fatal(err)
		}
		l.apply("stamp", "file://"+file, config)
		want = "check"
	case 2: // an image that is not there
		l.apply("stamp", strings.Replace(url, "version-", "missing-", 1), config)
		want = "not found"
	case 3: // signed by somebody else
		l.apply("stamp", l.pushSigned(version, newKey(l.t)), config)
		want = "sign"
	case 4: // not a resource
		l.apply("stamp", url, config, "  nonsense: true\n")
		want = "nonsense"
	}
	l.waitStatus("a problem with "+want, func(s *serve.Status) bool {
		for _, p := range s.Problems {
			if strings.Contains(p.Text, want) {
				return true
			}
		}
		return len(s.Plugins) == 1 && s.Plugins[0].State == "old" && strings.Contains(s.Plugins[0].Problem, want)
	})
}

func middle(d []time.Duration) time.Duration {
	d = slices.Clone(d)
	slices.Sort(d)
	return d[len(d)/2]
}

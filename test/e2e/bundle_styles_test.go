package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// higressPlugin is a plugin on Higress' Go SDK, in a module of its own, which
// counts its requests in a package variable that the plugin beside it has, too.
const higressPlugin = `package main

import (
	"strconv"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/log"
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
)

func main() {}

var requests int

func init() {
	wrapper.SetCtx("theirs", wrapper.ParseConfig(parse), wrapper.ProcessRequestHeaders(onHeaders))
}

type config struct{ value string }

func parse(json gjson.Result, c *config) error {
	c.value = json.Get("value").String()
	return nil
}

func onHeaders(ctx wrapper.HttpContext, c config) types.Action {
	requests++
	log.Infof("trace %s %s", c.value, ctx.Path())
	if ctx.Path() == "/panic" {
		panic("on purpose")
	}
	_ = proxywasm.AddHttpRequestHeader("x-count", c.value+strconv.Itoa(requests))
	return types.HeaderContinue
}
`

// higressModule is the module of such a plugin.
func higressModule(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	harness.WriteFile(t, filepath.Join(dir, "main.go"), higressPlugin)
	harness.WriteFile(t, filepath.Join(dir, "go.mod"), "module theirs\n\ngo 1.24.1\n\nrequire (\n\tgithub.com/higress-group/proxy-wasm-go-sdk v0.0.0\n"+
		"\tgithub.com/higress-group/wasm-go v1.1.1\n\tgithub.com/tidwall/gjson v1.20.0\n)\n")
	sums, err := os.ReadFile(filepath.Join(harness.Root(t), "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	harness.WriteFile(t, filepath.Join(dir, "go.sum"), string(sums))
	return dir
}

// styles makes a module of plugins in all styles: five that add the header hello,
// two that count.
func styles(t *testing.T) (wasm string) {
	t.Helper()
	wasm = filepath.Join(t.TempDir(), "all.wasm")
	args := []string{"bundle", "-o", wasm, "one=" + higressModule(t), "two=" + higressModule(t)}
	for _, style := range []string{"raw", "callback", "line", "handler", "filter"} {
		args = append(args, filepath.Join(harness.Root(t), "test/bench/testdata/hello", style))
	}
	if out, err := sluice(t, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return wasm
}

// TestBundleStyles runs plugins of all styles in one filter, and one of each in a
// filter of its own that shares the VM.
func TestBundleStyles(t *testing.T) {
	wasm := styles(t)
	t.Run("chain", func(t *testing.T) {
		onEvery(t, func(t *testing.T, e engine) {
			chain := write(t, "chain.json", `{"_plugins_": [{"name": "raw"}, {"name": "callback"}, {"name": "one", "config": {"value": "1-"}},
				{"name": "line"}, {"name": "handler"}, {"name": "filter", "config": {}}, {"name": "two", "config": {"value": "2-"}}]}`)
			s := e.run(t, wasm, "--config", chain, "--no-watch")
			echo := harness.GetEcho(t, s.url("/get"))
			if got := strings.Count(fmt.Sprint(echo.Headers["Hello"]), "world"); got != 5 {
				t.Errorf("hello: %v, want 5", echo.Headers["Hello"])
			}
			counts := regexp.MustCompile(`1-(\d+).*2-(\d+)`).FindStringSubmatch(fmt.Sprint(echo.Headers["X-Count"]))
			if counts == nil || counts[1] != counts[2] {
				t.Errorf("counts are %v: the plugins share a variable", echo.Headers["X-Count"])
			}
			if r := harness.Get(t, s.url("/panic")); r.Status != http.StatusInternalServerError {
				t.Errorf("a panic: %v", r)
			}
			if r := harness.Get(t, s.url("/get")); r.Status != http.StatusOK {
				t.Errorf("after a panic: %v", r)
			}
			s.WaitOutput("[one] [theirs] [nil]", 5*time.Second)
			s.WaitOutput("at main.go:", 5*time.Second)
		})
	})
	t.Run("root_id", func(t *testing.T) {
		url, p := rootIDs(t, wasm, map[string]string{"one": `{"value":"1-"}`, "two": `{"value":"2-"}`, "raw": "", "handler": ""})
		echo := harness.GetEcho(t, url+"/get")
		if got := strings.Count(fmt.Sprint(echo.Headers["Hello"]), "world"); got != 2 {
			t.Errorf("hello: %v, want 2", echo.Headers["Hello"])
		}
		if got := fmt.Sprint(echo.Headers["X-Count"]); !strings.Contains(got, "1-") || !strings.Contains(got, "2-") {
			t.Errorf("counts are %s", got)
		}
		if r := harness.Get(t, url+"/panic"); r.Status != http.StatusInternalServerError {
			t.Errorf("a panic: %v", r)
		}
		if strings.Contains(p.Output(), "bundle:") {
			t.Errorf("output is\n%s", p.Output())
		}
	})
}

// rootIDs starts an Envoy with a filter for each plugin, of the same file, with the
// same vm_id.
func rootIDs(t *testing.T, wasm string, configs map[string]string) (url string, p *harness.Process) {
	t.Helper()
	bin := httpbin(t)
	port := harness.FreePort(t)
	b := bare{wasm: wasm, stops: true, upstream: bin}
	bootstrap := b.bootstrap(t, port)
	names := make([]string, 0, len(configs))
	for name := range configs {
		names = append(names, name)
	}
	slices.Sort(names)
	var filters []object
	for _, name := range names {
		b.config = configs[name]
		plugin := b.plugin()
		plugin["name"], plugin["root_id"] = name, name
		plugin["vm_config"].(object)["vm_id"] = "shared"
		filters = append(filters, object{"name": name, "typed_config": typed("http.wasm.v3.Wasm", object{"config": plugin})})
	}
	listener := bootstrap["static_resources"].(object)["listeners"].([]object)[0]
	manager := listener["filter_chains"].([]object)[0]["filters"].([]object)[0]["typed_config"].(object)
	router := manager["http_filters"].([]object)[1]
	manager["http_filters"] = append(filters, router)
	text, err := json.Marshal(bootstrap)
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, "envoy.json", string(text))
	p = harness.Start(t, exec.Command(harness.OneEnvoy(t).Path, "-c", path, "--concurrency", strconv.Itoa(1), "-l", "warning", "--disable-hot-restart"))
	p.WaitHTTP(harness.URL(port, "/get"), 3*time.Minute, nil)
	return harness.URL(port, ""), p
}

// httpbin is a gateway's httpbin without plugins in front: its address.
func httpbin(t *testing.T) string {
	t.Helper()
	ports := harness.FreePorts(t, 3)
	s := harness.Start(t, sluice(t, "run", harness.BuildPlugin(t, "test/bench/testdata/hello/raw"), "--no-watch", "--listen", harness.Addr(ports[0]),
		"--httpbin", harness.Addr(ports[1]), "--admin", harness.Addr(ports[2])))
	s.WaitHTTP(harness.URL(ports[1], "/get"), readyTimeout, nil)
	return harness.Addr(ports[1])
}

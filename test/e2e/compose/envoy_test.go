package compose

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mccutchen/go-httpbin/v2/httpbin"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// plugin is the directory of the plugin that the files are for.
const plugin = "plugins/hello-world"

// local is what replaces the addresses of the containers.
type local struct {
	wasm                   string // path of the module
	admin, listen, httpbin int    // ports of 127.0.0.1
}

// localize returns the envoy.yaml of the root with l instead of the containers'
// paths and addresses. Everything else stays byte for byte.
func localize(t *testing.T, l local) string {
	t.Helper()
	text := harness.ReadFile(t, "envoy.yaml")
	for _, r := range []struct {
		old, new string
		times    int
	}{
		{"address: 0.0.0.0", "address: 127.0.0.1", 2},
		{"port_value: 9901", "port_value: " + strconv.Itoa(l.admin), 1},
		{"port_value: 10000", "port_value: " + strconv.Itoa(l.listen), 1},
		{"filename: /etc/envoy/main.wasm", "filename: " + l.wasm, 1},
		{"address: httpbin", "address: 127.0.0.1", 1},
		{"port_value: 80\n", "port_value: " + strconv.Itoa(l.httpbin) + "\n", 1},
	} {
		if got := strings.Count(text, r.old); got != r.times {
			t.Fatalf("envoy.yaml holds %q %d times, want %d", r.old, got, r.times)
		}
		text = strings.ReplaceAll(text, r.old, r.new)
	}
	return text
}

// write stores an Envoy configuration and returns its path.
func write(t *testing.T, config string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "envoy.yaml")
	harness.WriteFile(t, path, config)
	return path
}

// mock returns config with the mock answer turned on, as the guide tells the
// reader to do by hand.
func mock(t *testing.T, config string) string {
	t.Helper()
	const off, on = `"mockEnable": false`, `"mockEnable": true`
	if strings.Count(config, off) != 1 {
		t.Fatalf("envoy.yaml does not hold %s once", off)
	}
	return strings.Replace(config, off, on, 1)
}

// checkThrough checks what httpbin says about a request that came through
// Envoy and the plugin.
func checkThrough(t *testing.T, echo harness.Echo, url string) {
	t.Helper()
	if got := echo.Header("Hello"); got != "world" {
		t.Errorf("upstream header Hello: got %q, want world", got)
	}
	if got := echo.Header("X-Envoy-Expected-Rq-Timeout-Ms"); got != "15000" {
		t.Errorf("upstream header X-Envoy-Expected-Rq-Timeout-Ms: got %q, want 15000", got)
	}
	if want := strings.Replace(url, "http://", "https://", 1); echo.URL != want {
		t.Errorf("url: got %q, want %q", echo.URL, want)
	}
}

func TestEnvoyAcceptsTheFile(t *testing.T) {
	envoys := harness.Envoys(t)
	config := localize(t, local{harness.BuildPlugin(t, "test/e2e/harness/testdata/empty"), 9901, 10000, 80})
	path := write(t, config)
	bad := write(t, strings.Replace(config, "allow_on_headers_stop_iteration", "allow_nothing_of_the_kind", 1))
	for _, envoy := range envoys {
		t.Run(envoy.String(), func(t *testing.T) {
			if out, err := validate(envoy, path); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			out, err := validate(envoy, bad)
			if err == nil || !strings.Contains(out, "allow_nothing_of_the_kind") {
				t.Errorf("an unknown field passed: %v\n%s", err, out)
			}
		})
	}
}

// validate has Envoy check the configuration at path without serving it.
func validate(envoy harness.Envoy, path string) (string, error) {
	out, err := exec.Command(envoy.Path, "--mode", "validate", "-c", path).CombinedOutput()
	return string(out), err
}

// TestEnvoyServesTheFile runs the same bytes of the plugin on each Envoy.
func TestEnvoyServesTheFile(t *testing.T) {
	envoys := harness.Envoys(t)
	upstream := httptest.NewServer(httpbin.New())
	t.Cleanup(upstream.Close)
	port, err := strconv.Atoi(upstream.URL[strings.LastIndex(upstream.URL, ":")+1:])
	if err != nil {
		t.Fatal(err)
	}
	wasm := harness.BuildPlugin(t, plugin)
	for _, envoy := range envoys {
		t.Run(envoy.String(), func(t *testing.T) {
			ports := harness.FreePorts(t, 2)
			config := localize(t, local{wasm, ports[0], ports[1], port})
			url := harness.URL(ports[1], "/get")

			serving := serve(t, envoy, write(t, config))
			reply := serving.WaitHTTP(url, time.Minute, nil)
			checkThrough(t, harness.ParseEcho(t, reply), url)
			serving.Stop()

			mocking := serve(t, envoy, write(t, mock(t, config)))
			reply = mocking.WaitHTTP(url, time.Minute, nil)
			if string(reply.Body) != "hello world" || reply.Status != http.StatusOK {
				t.Errorf("with mockEnable: got %s, want 200 hello world", reply)
			}
			mocking.Stop()
		})
	}
}

// serve starts Envoy on the configuration at path as docker-compose.yaml does.
func serve(t *testing.T, envoy harness.Envoy, path string) *harness.Process {
	t.Helper()
	return harness.Start(t, exec.Command(envoy.Path, "-c", path,
		"--component-log-level", "wasm:debug", "--disable-hot-restart", "--concurrency", "1"))
}

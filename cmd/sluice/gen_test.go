package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
)

// inDocs is a directory with what docs/gateways.md speaks of, and its commands.
func inDocs(t *testing.T) (commands []string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/gateways.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```(yaml|sh)\n(.*?)```")
	var files []string
	for _, b := range block.FindAllStringSubmatch(string(text), -1) {
		if b[1] == "yaml" {
			files = append(files, b[2])
			continue
		}
		commands = append(commands, strings.Split(strings.TrimSpace(b[2]), "\n")...)
	}
	if len(files) != 2 || len(commands) < 10 {
		t.Fatalf("docs/gateways.md has %d files and %d commands", len(files), len(commands))
	}
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"wasmplugin.yaml": files[0], "routes.yaml": files[1], "config.yaml": "content: hello\n", "main.wasm": string(envoytest.Probe("docs")),
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return commands
}

// TestGatewaysDocument: each command of docs/gateways.md works, and makes what the
// page says.
func TestGatewaysDocument(t *testing.T) {
	for _, line := range inDocs(t) {
		args := strings.Fields(line)
		if args[0] != "sluice" {
			t.Fatalf("%q is none of our commands", line)
		}
		if r := sluice(t, args[1:]...); r.code != exitOK || r.stdout == "" {
			t.Errorf("%s: exit code %d\n%s", line, r.code, r.stderr)
		}
	}
	for _, file := range []string{"out/envoy.yaml", "ecds/demo.yaml", "ecds/http_filters.yaml", "compose/docker-compose.yaml", "compose/envoy.yaml", "higress.yaml", "envoyfilter.yaml"} {
		if info, err := os.Stat(file); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", file, err)
		}
	}
	modules, err := filepath.Glob("out/plugins/*.wasm")
	if err != nil || len(modules) != 1 {
		t.Errorf("modules %q", modules)
	}
	sluice(t, "gen", "wasmplugin", bad(t)).wantFailure(t, "the typing error",
		`wasmplugin.yaml:8: spec.defaultConfg: there is no such field; did you mean "defaultConfig"?`)
}

// bad writes the document's resource with its typing error.
func bad(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("wasmplugin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("wasmplugin.yaml", []byte(strings.Replace(string(text), "defaultConfig", "defaultConfg", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return "wasmplugin.yaml"
}

// TestGenOutput: what is printed, and what goes to standard error.
func TestGenOutput(t *testing.T) {
	inDocs(t)
	r := sluice(t, "gen", "ecds", "main.wasm", "--source", "ads", "--name", "demo")
	if r.code != exitOK || r.stderr != "" || !strings.HasPrefix(r.stdout, "# demo.yaml\n") || !strings.Contains(r.stdout, "\n---\n# http_filters.yaml\n") {
		t.Errorf("two files: %+v", r)
	}
	const early = "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata:\n  name: early\nspec:\n  url: oci://registry.example/early:1\n  phase: AUTHN\n"
	if err := os.WriteFile("phase.yaml", []byte(early), 0o600); err != nil {
		t.Fatal(err)
	}
	r = sluice(t, "gen", "wasmplugin", "phase.yaml", "--for", "envoy-gateway", "--target-ref", "Gateway/main")
	if r.code != exitOK || !strings.HasPrefix(r.stderr, "warning: envoy-gateway default/early: ") || !strings.HasPrefix(r.stdout, "apiVersion: gateway.envoyproxy.io") {
		t.Errorf("a warning: %+v", r)
	}
	for _, want := range []string{"wrote", "unchanged"} {
		r := sluice(t, "gen", "envoy", "main.wasm", "--upstream", "127.0.0.1:1", "-o", "o", "--output", "json")
		var got struct {
			Files    []struct{ Path, Change string }
			Warnings []string
		}
		if err := json.Unmarshal([]byte(r.stdout), &got); err != nil || r.code != exitOK || len(got.Files) != 2 || got.Files[0].Change != want || got.Files[1].Change != want || got.Warnings == nil {
			t.Errorf("JSON: %v %+v", err, r)
		}
	}
}

// TestGenRefuses: mistakes on the command line are told with what is wanted.
func TestGenRefuses(t *testing.T) {
	inDocs(t)
	for _, c := range []struct {
		line string
		code int
		want string
	}{
		{"gen envoys", exitUsage, "gen has no command \"envoys\""},
		{"gen envoy", exitUsage, "envoy needs files of resources"},
		{"gen envoy main.wasm", exitUsage, "--upstream is missing"},
		{"gen envoy main.wasm --upstream x", exitFailure, "address \"x\""},
		{"gen envoy main.wasm --upstream 127.0.0.1:1 --routes none.yaml", exitFailure, "none.yaml"},
		{"gen ecds main.wasm", exitUsage, "--source file needs --out or --dir"},
		{"gen ecds main.wasm --source tcp", exitUsage, "want file, ads, grpc"},
		{"gen wasmplugin wasmplugin.yaml --for nginx", exitUsage, "want istio, higress"},
		{"gen wasmplugin wasmplugin.yaml --for envoy-gateway", exitFailure, "Envoy Gateway wants the Gateway or the route"},
		{"gen wasmplugin wasmplugin.yaml --target-ref main", exitUsage, "is no KIND/NAME"},
		{"gen wasmplugin wasmplugin.yaml --target-ref Gateway/a --selector a=b", exitUsage, "exclude each other"},
		{"gen wasmplugin wasmplugin.yaml --name x", exitFailure, "go with one .wasm file"},
		{"gen envoyfilter none.yaml", exitFailure, "none.yaml"},
		{"gen compose main.wasm --listen 127.0.0.1:0", exitFailure, "is no address and port"},
	} {
		r := sluice(t, strings.Fields(c.line)...)
		if c.code == exitUsage {
			r.wantUsage(t, c.line, c.want)
		} else {
			r.wantFailure(t, c.line, c.want)
		}
	}
}

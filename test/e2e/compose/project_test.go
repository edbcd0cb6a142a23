package compose

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// project is what Docker Compose makes of a compose file.
type project struct {
	Services map[string]service `json:"services"`
	Networks map[string]any     `json:"networks"`
}

// service is one container of a project.
type service struct {
	Image       string            `json:"image"`
	Entrypoint  []string          `json:"entrypoint"`
	Command     []string          `json:"command"`
	Environment map[string]string `json:"environment"`
	Networks    map[string]any    `json:"networks"`
	DependsOn   map[string]any    `json:"depends_on"`
	Ports       []port            `json:"ports"`
	Volumes     []volume          `json:"volumes"`
	StopGrace   string            `json:"stop_grace_period"`
}

// port is one published port of a service.
type port struct {
	HostIP    string `json:"host_ip"`
	Published string `json:"published"`
	Target    int    `json:"target"`
}

// volume is one file or directory of the machine that a service sees.
type volume struct {
	Type     string `json:"type"`
	Source   string `json:"source"`
	Target   string `json:"target"`
	ReadOnly bool   `json:"read_only"`
}

// loader builds the program that reads compose files and returns its path.
func loader(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "load")
	cmd := exec.Command("go", "build", "-o", program, ".")
	cmd.Dir = filepath.Join("testdata", "load")
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build testdata/load: %v\n%s", err, out)
	}
	return program
}

// load reads the compose file at path with nothing but env in the environment.
func load(program, path string, env ...string) (project, error) {
	var p project
	cmd := exec.Command(program, path)
	cmd.Env = append([]string{}, env...)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return p, errors.New(strings.TrimSpace(string(exit.Stderr)))
	}
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal(out, &p)
}

func TestComposeFile(t *testing.T) {
	root := harness.Root(t)
	p, err := load(loader(t), filepath.Join(root, "docker-compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]service{
		"envoy": {
			Image:      "docker.io/envoyproxy/envoy:v1.40-latest",
			Entrypoint: []string{"/usr/local/bin/envoy"},
			Command:    []string{"-c", "/etc/envoy/envoy.yaml", "--component-log-level", "wasm:debug"},
			Networks:   map[string]any{"wasmtest": nil},
			DependsOn:  map[string]any{"httpbin": map[string]any{"condition": "service_started", "required": true}},
			Ports:      []port{{HostIP: "127.0.0.1", Published: "10000", Target: 10000}},
			Volumes: []volume{
				{Type: "bind", Source: filepath.Join(root, "envoy.yaml"), Target: "/etc/envoy/envoy.yaml", ReadOnly: true},
				{Type: "bind", Source: filepath.Join(root, "main.wasm"), Target: "/etc/envoy/main.wasm", ReadOnly: true},
			},
			StopGrace: "2s",
		},
		"httpbin": {
			Image:       "docker.io/mccutchen/go-httpbin:latest",
			Environment: map[string]string{"PORT": "80"},
			Networks:    map[string]any{"wasmtest": nil},
			Ports:       []port{{HostIP: "127.0.0.1", Published: "12345", Target: 80}},
			StopGrace:   "2s",
		},
	}
	for name, service := range want {
		if got := p.Services[name]; !reflect.DeepEqual(got, service) {
			t.Errorf("service %s:\n got %+v\nwant %+v", name, got, service)
		}
	}
	if len(p.Services) != len(want) || len(p.Networks) != 1 || p.Networks["wasmtest"] == nil {
		t.Errorf("want services envoy and httpbin and the network wasmtest only, got %+v", p)
	}
}

func TestComposeFileTakesOtherImages(t *testing.T) {
	const envoy, httpbin = "registry.example:5000/gateway:v2.1.5", "example/httpbin@sha256:" +
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	path := filepath.Join(harness.Root(t), "docker-compose.yaml")
	p, err := load(loader(t), path, "ENVOY_IMAGE="+envoy, "HTTPBIN_IMAGE="+httpbin)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Services["envoy"].Image; got != envoy {
		t.Errorf("ENVOY_IMAGE: got %q", got)
	}
	if got := p.Services["httpbin"].Image; got != httpbin {
		t.Errorf("HTTPBIN_IMAGE: got %q", got)
	}
}

// TestCheckRefuses makes sure that a mistake in the file would be seen.
func TestCheckRefuses(t *testing.T) {
	text := harness.ReadFile(t, "docker-compose.yaml")
	program := loader(t)
	for name, c := range map[string]struct{ old, new, says string }{
		"unknown key":     {"entrypoint:", "entry_point:", "entry_point"},
		"unknown service": {"- httpbin", "- httpbun", "httpbun"},
		"unknown network": {"  wasmtest: {}", "  other: {}", "wasmtest"},
		"bad port":        {"127.0.0.1:12345:80", "127.0.0.1:12345:eighty", "eighty"},
		"bad duration":    {"stop_grace_period: 2s", "stop_grace_period: two", "stop_grace_period"},
		"open variable":   {"-latest}", "-latest", "ENVOY_IMAGE"},
		"not YAML":        {"services:", "services: [", "yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(text, c.old, c.new, 1)
			if changed == text {
				t.Fatalf("docker-compose.yaml does not hold %q", c.old)
			}
			path := filepath.Join(t.TempDir(), "docker-compose.yaml")
			harness.WriteFile(t, path, changed)
			if _, err := load(program, path); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("want an error that names %s, got %v", c.says, err)
			}
		})
	}
}

// TestNoVersionKey keeps out the key that Docker Compose calls obsolete, with
// a warning at each command.
func TestNoVersionKey(t *testing.T) {
	for line := range strings.Lines(harness.ReadFile(t, "docker-compose.yaml")) {
		if strings.HasPrefix(line, "version:") {
			t.Errorf("obsolete key: %s", line)
		}
	}
}

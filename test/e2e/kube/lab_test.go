package kube

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci/registry/registrytest"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// lab has all that the tests need.
type lab struct {
	*server
	command    string // the command's binary
	kubeconfig string
	dir        string
	images     *registrytest.Registry
	registry   string // its host and port
	wasm       string // a plugin that wants "content"

	mu   sync.Mutex
	hook func(w http.ResponseWriter, r *http.Request) bool
}

// newLab starts an API server and a registry. The contexts are eu; us, which goes
// through a proxy that a test can break; dead, where nobody answers; and viewer, who
// may only read.
func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{dir: t.TempDir(), images: registrytest.New()}
	l.command = buildCommand(t, l.dir)
	l.server = startServer(t)
	l.wasm = filepath.Join(l.dir, "main.wasm")
	build := exec.Command(l.command, "build", "../../../plugins/mock-response", "-o", l.wasm)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the plugin: %v\n%s", err, out)
	}
	front := httptest.NewServer(l.images)
	t.Cleanup(front.Close)
	l.registry = strings.TrimPrefix(front.URL, "http://")
	l.addCRDs()
	for _, ns := range []string{"eu", "us"} {
		l.applyAs("test", "/api/v1/namespaces/"+ns, "apiVersion: v1\nkind: Namespace\nmetadata: {name: "+ns+"}\n")
	}
	l.applyAs("test", "/apis/rbac.authorization.k8s.io/v1/clusterroles/viewers", `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: viewers}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: [get, list]}]
`)
	l.applyAs("test", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/viewers", `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: viewers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: viewers}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: viewers}]
`)
	l.writeKubeconfig(t)
	return l
}

func (l *lab) writeKubeconfig(t *testing.T) {
	dead := "https://" + harness.Addr(harness.FreePort(t))
	// The credentials of one user come from a program, as clouds want it.
	plugin := filepath.Join(l.dir, "credentials")
	must(t, os.WriteFile(plugin, []byte(`#!/bin/sh
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"`+adminToken+`"}}'
`), 0o700))
	l.kubeconfig = filepath.Join(l.dir, "kubeconfig")
	write(t, l.kubeconfig, fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: eu
clusters:
- {name: real, cluster: {server: %q, insecure-skip-tls-verify: true}}
- {name: front, cluster: {server: %q, insecure-skip-tls-verify: true}}
- {name: dead, cluster: {server: %q, insecure-skip-tls-verify: true}}
users:
- {name: admin, user: {token: %s}}
- {name: viewer, user: {token: %s}}
- {name: cloud, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: %s, interactiveMode: Never}}}
contexts:
- {name: eu, context: {cluster: real, user: cloud, namespace: eu}}
- {name: us, context: {cluster: front, user: admin, namespace: us}}
- {name: dead, context: {cluster: dead, user: admin, namespace: eu}}
- {name: viewer, context: {cluster: real, user: viewer, namespace: eu}}
`, l.url, l.front(t), dead, adminToken, viewerToken, plugin))
}

// front is a proxy before the API server.
func (l *lab) front(t *testing.T) string {
	to, err := url.Parse(l.url)
	must(t, err)
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		hook := l.hook
		l.mu.Unlock()
		if hook == nil || !hook(w, r) {
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// breakUS lets a hook answer in place of the API server of context us, until the
// test ends.
func (l *lab) breakUS(t *testing.T, hook func(w http.ResponseWriter, r *http.Request) bool) {
	set := func(h func(http.ResponseWriter, *http.Request) bool) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.hook = h
	}
	set(hook)
	t.Cleanup(func() { set(nil) })
}

func buildCommand(t *testing.T, dir string) string {
	t.Helper()
	command := filepath.Join(dir, "sluice")
	cmd := exec.Command("go", "build", "-o", command, "./cmd/sluice")
	cmd.Dir = "../../.." // the root module, with its own versions
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the command: %v\n%s", err, out)
	}
	return command
}

// answer is what the command did.
type answer struct {
	code           int
	stdout, stderr string
}

// sluice runs the command.
func (l *lab) sluice(t *testing.T, args ...string) answer {
	t.Helper()
	cmd := exec.Command(l.command, args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+l.kubeconfig, "SLUICE_STORE="+filepath.Join(l.dir, "store"))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	a := answer{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
	for _, secret := range []string{adminToken, viewerToken} {
		if strings.Contains(a.stdout+a.stderr, secret) {
			t.Errorf("sluice %v prints a token:\n%s%s", args, a.stdout, a.stderr)
		}
	}
	return a
}

// want checks the exit code, and that all texts are in what was printed.
func (a answer) want(t *testing.T, code int, texts ...string) answer {
	t.Helper()
	if a.code != code {
		t.Fatalf("exit code %d, want %d\nstdout: %s\nstderr: %s", a.code, code, a.stdout, a.stderr)
	}
	for _, text := range texts {
		if !strings.Contains(a.stdout+a.stderr, text) {
			t.Errorf("%q was not printed\nstdout: %s\nstderr: %s", text, a.stdout, a.stderr)
		}
	}
	return a
}

// push sends the plugin to the registry and gives the manifest's digest. Another
// version is another module: a custom section more.
func (l *lab) push(t *testing.T, image string, version byte) string {
	t.Helper()
	code, err := os.ReadFile(l.wasm)
	must(t, err)
	code = append(code, 0, 3, 1, 'v', version)
	file := filepath.Join(t.TempDir(), "main.wasm")
	must(t, os.WriteFile(file, code, 0o600))
	a := l.sluice(t, "push", file, l.registry+"/"+image, "--plain-http", "--output", "json").want(t, 0)
	var pushed struct{ Digest, Manifest string }
	must(t, json.Unmarshal([]byte(a.stdout), &pushed))
	if pushed.Manifest != "" {
		return pushed.Manifest
	}
	return pushed.Digest
}

// file writes a WasmPlugin of Istio with a configuration in YAML's flow style.
func (l *lab) file(t *testing.T, name, image, config string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name+".yaml")
	write(t, file, fmt.Sprintf(`apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata:
  name: %s
spec:
  selector: {matchLabels: {app: gw}}
  url: oci://%s/%s
  phase: AUTHN
  pluginConfig: %s
`, name, l.registry, image, config))
	return file
}

// istio is the path of an object.
func istio(namespace, name string) string {
	return "/apis/extensions.istio.io/v1alpha1/namespaces/" + namespace + "/wasmplugins/" + name
}

// apply runs sluice apply.
func (l *lab) apply(t *testing.T, file string, args ...string) answer {
	t.Helper()
	return l.sluice(t, append([]string{"apply", "-f", file, "--plain-http"}, args...)...)
}

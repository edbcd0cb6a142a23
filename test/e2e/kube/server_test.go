package kube

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// adminToken is that of a user who may do all, viewerToken of one who may read.
const (
	adminToken  = "test-admin"
	viewerToken = "test-viewer"
)

// server is a kube-apiserver.
type server struct {
	t      *testing.T
	url    string
	client *http.Client
}

// startServer builds and starts kube-apiserver on an etcd.
func startServer(t *testing.T) *server {
	t.Helper()
	etcd, err := exec.LookPath("etcd")
	if err != nil {
		harness.Missing(t, "etcd", "apt-get install etcd-server")
	}
	binary := buildServer(t)
	dir := t.TempDir()
	ports := harness.FreePorts(t, 3)
	client, peer := harness.URL(ports[0], ""), harness.URL(ports[1], "")
	start(t, dir, exec.Command(etcd, "--name", "l", "--data-dir", filepath.Join(dir, "etcd"),
		"--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer,
		"--initial-advertise-peer-urls", peer, "--initial-cluster", "l="+peer, "--unsafe-no-fsync"))
	key, tokens := serviceKey(t, dir), filepath.Join(dir, "tokens.csv")
	write(t, tokens, adminToken+",admin,1,\"system:masters\"\n"+viewerToken+",viewer,2,\"viewers\"\n")
	process := start(t, dir, exec.Command(binary, "--etcd-servers", client, "--secure-port", fmt.Sprint(ports[2]),
		"--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--cert-dir", filepath.Join(dir, "certs"),
		"--service-account-issuer", "https://lab.example", "--service-account-key-file", key, "--service-account-signing-key-file", key,
		"--service-cluster-ip-range", "10.99.0.0/24", "--authorization-mode", "RBAC", "--token-auth-file", tokens,
		"--disable-admission-plugins", "ServiceAccount", "--anonymous-auth=false", "--endpoint-reconciler-type=none"))
	s := &server{t: t, url: strings.Replace(harness.URL(ports[2], ""), "http:", "https:", 1)}
	s.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, Timeout: 30 * time.Second}
	s.await(process)
	return s
}

// start starts a process whose output is much: a failed test shows the end of it.
func start(t *testing.T, dir string, cmd *exec.Cmd) *harness.Process {
	t.Helper()
	name := filepath.Join(dir, filepath.Base(cmd.Path)+".log")
	file, err := os.Create(name)
	must(t, err)
	cmd.Stdout, cmd.Stderr = file, file
	t.Cleanup(func() {
		file.Close()
		if text, _ := os.ReadFile(name); t.Failed() {
			t.Logf("the end of the output of %s:\n%s", cmd.Path, text[max(0, len(text)-1000):])
		}
	})
	return harness.Start(t, cmd)
}

// buildServer builds kube-apiserver, or finds it in Go's build cache.
func buildServer(t *testing.T) string {
	t.Helper()
	cmd := exec.Command("go", "tool", "-n", "kube-apiserver")
	cmd.Env = append(os.Environ(), `GOFLAGS="-ldflags=-s -w"`)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		harness.Missing(t, "kube-apiserver", "it could not be built: "+strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(string(out))
}

func serviceKey(t *testing.T, dir string) string {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	file := filepath.Join(dir, "sa.key")
	write(t, file, string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})))
	return file
}

// await waits until the server is ready.
func (s *server) await(p *harness.Process) {
	s.t.Helper()
	deadline := time.Now().Add(3 * time.Minute)
	for {
		if code, _ := s.try(http.MethodGet, "/readyz", "", nil); code == http.StatusOK {
			return
		}
		select {
		case <-p.Done():
			s.t.Fatal("kube-apiserver ended")
		case <-time.After(200 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			s.t.Fatal("kube-apiserver is not ready after 3 minutes")
		}
	}
}

// try sends a request as the admin. Code 0 is for no answer.
func (s *server) try(method, path, contentType string, body []byte) (int, []byte) {
	req, err := http.NewRequest(method, s.url+path, bytes.NewReader(body))
	must(s.t, err)
	req.Header.Set("Authorization", "Bearer "+adminToken)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, text
}

// applyAs does a server-side apply as a field manager, by hand.
func (s *server) applyAs(manager, path, yaml string) {
	s.t.Helper()
	code, text := s.try(http.MethodPatch, path+"?force=true&fieldManager="+manager, "application/apply-patch+yaml", []byte(yaml))
	if code/100 != 2 {
		s.t.Fatalf("apply %s: %d %s", path, code, text)
	}
}

// object is what the server has.
type object struct {
	Metadata struct {
		ResourceVersion string            `json:"resourceVersion"`
		UID             string            `json:"uid"`
		Generation      int               `json:"generation"`
		Labels          map[string]string `json:"labels"`
		Annotations     map[string]string `json:"annotations"`
		ManagedFields   json.RawMessage   `json:"managedFields"`
	} `json:"metadata"`
	Spec map[string]any `json:"spec"`
}

// get reads an object, nil for none.
func (s *server) get(path string) *object {
	s.t.Helper()
	code, text := s.try(http.MethodGet, path, "", nil)
	if code == http.StatusNotFound {
		return nil
	}
	if code != http.StatusOK {
		s.t.Fatalf("get %s: %d %s", path, code, text)
	}
	o := &object{}
	must(s.t, json.Unmarshal(text, o))
	return o
}

func write(t *testing.T, file, text string) {
	t.Helper()
	must(t, os.WriteFile(file, []byte(text), 0o600))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

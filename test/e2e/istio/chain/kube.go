package chain

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
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

// token is the credential of the API server's only user, who may do everything.
const token = "chain-of-the-test"

// manager is the field manager of what the tests apply.
const manager = "chain"

// Kube is a Kubernetes API server with an etcd, and nothing else of Kubernetes.
type Kube struct {
	*harness.Process
	// Config is the path of a kubeconfig.
	Config string

	t    testing.TB
	url  string
	http *http.Client
	ca   string
}

// StartKube starts an API server with Istio's kinds of resources and its root
// namespace.
func StartKube(t testing.TB) *Kube {
	t.Helper()
	dir := t.TempDir()
	etcd := startEtcd(t, dir)
	k := &Kube{t: t, Config: filepath.Join(dir, "kubeconfig"), url: "https://" + harness.Addr(harness.FreePort(t))}
	certs := filepath.Join(dir, "certs")
	key := filepath.Join(dir, "accounts.key")
	writeKey(t, key)
	tokens := filepath.Join(dir, "tokens.csv")
	write(t, tokens, token+`,admin,1,"system:masters"`+"\n")
	_, port, _ := strings.Cut(strings.TrimPrefix(k.url, "https://"), ":")
	k.Process = harness.Start(t, exec.Command(APIServer(t), "--etcd-servers", etcd,
		"--secure-port", port, "--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--cert-dir", certs,
		"--service-account-issuer", "https://chain.example", "--service-account-key-file", key, "--service-account-signing-key-file", key,
		"--service-cluster-ip-range", "10.99.0.0/24", "--authorization-mode", "RBAC", "--token-auth-file", tokens,
		"--disable-admission-plugins", "ServiceAccount", "--anonymous-auth=false", "--endpoint-reconciler-type=none"))
	k.ca = filepath.Join(certs, "apiserver.crt")
	k.wait("/readyz")
	write(t, k.Config, fmt.Sprintf(`{"apiVersion": "v1", "kind": "Config", "current-context": "chain",
"clusters": [{"name": "chain", "cluster": {"server": %q, "certificate-authority": %q}}],
"users": [{"name": "chain", "user": {"token": %q}}],
"contexts": [{"name": "chain", "context": {"cluster": "chain", "user": "chain"}}]}`, k.url, k.ca, token))
	return k
}

// startEtcd starts an etcd and returns its URL.
func startEtcd(t testing.TB, dir string) string {
	t.Helper()
	binary, err := exec.LookPath("etcd")
	if err != nil {
		harness.Missing(t, "etcd", "apt-get install etcd-server, or put etcd on the PATH")
	}
	ports := harness.FreePorts(t, 2)
	client, peer := harness.URL(ports[0], ""), harness.URL(ports[1], "")
	p := harness.Start(t, exec.Command(binary, "--name", "chain", "--data-dir", filepath.Join(dir, "etcd"), "--unsafe-no-fsync",
		"--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer,
		"--initial-advertise-peer-urls", peer, "--initial-cluster", "chain="+peer))
	p.WaitHTTP(client+"/health", time.Minute, nil)
	return client
}

// writeKey makes the key that signs service accounts' tokens.
func writeKey(t testing.TB, file string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})))
}

func write(t testing.TB, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// client trusts the certificate that the API server has made for itself.
func (k *Kube) client() (*http.Client, error) {
	if k.http == nil {
		bundle, err := os.ReadFile(k.ca)
		if err != nil {
			return nil, err
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(bundle) {
			return nil, errors.New("the API server's certificate is not whole yet")
		}
		k.http = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	}
	return k.http, nil
}

// Do sends a request to the API server and returns its answer.
func (k *Kube) Do(method, path, contentType, body string) ([]byte, error) {
	client, err := k.client()
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequest(method, k.url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", contentType)
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 64<<20))
	if err == nil && resp.StatusCode/100 != 2 {
		err = &StatusError{resp.StatusCode, string(answer)}
	}
	return answer, err
}

// StatusError is an API server's refusal.
type StatusError struct {
	Code int
	Body string
}

// Error has both.
func (e *StatusError) Error() string {
	return fmt.Sprintf("the API server answers %d: %s", e.Code, e.Body)
}

// wait waits until a path answers 200.
func (k *Kube) wait(path string) {
	k.t.Helper()
	var last error
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if _, last = k.Do(http.MethodGet, path, "", ""); last == nil {
			return
		}
		select {
		case <-k.Done():
			k.t.Fatalf("the API server ended; last: %v", last)
		default:
		}
	}
	k.t.Fatalf("the API server's %s: %v", path, last)
}

// Apply applies resources, each on the server's side.
func (k *Kube) Apply(yaml string) error {
	return k.each(yaml, func(path, resource string) error {
		_, err := k.Do(http.MethodPatch, path+"?force=true&fieldManager="+manager, "application/apply-patch+yaml", resource)
		return err
	})
}

// Delete removes resources that may be there.
func (k *Kube) Delete(yaml string) error {
	return k.each(yaml, func(path, _ string) error {
		_, err := k.Do(http.MethodDelete, path, "", "")
		if refused := (*StatusError)(nil); errors.As(err, &refused) && refused.Code == http.StatusNotFound {
			return nil
		}
		return err
	})
}

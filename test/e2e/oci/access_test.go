package oci

import (
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// TestCredentials: those of the docker command are used, from its file or from
// a helper; without them the error says what to do.
func TestCredentials(t *testing.T) {
	backend := startRegistry(t, "")
	var refused atomic.Int32
	guarded := proxyWithPassword(t, backend, &refused)
	u := newUser(t)
	u.fails("docker login", "push", hello(t), guarded+"/p:1", "--plain-http")

	u.dockerConfig(fmt.Sprintf(`{"auths":{%q:{"auth":%q}}}`, guarded, base64.StdEncoding.EncodeToString([]byte("me:hunter2"))))
	u.run("push", hello(t), guarded+"/p:1", "--plain-http")

	helper := newUser(t, "PATH="+t.TempDir()+":"+os.Getenv("PATH"))
	helper.dockerConfig(fmt.Sprintf(`{"credHelpers":{%q:"test"}}`, guarded))
	dir, _, _ := strings.Cut(strings.TrimPrefix(helper.env[0], "PATH="), ":")
	script := "#!/bin/sh\nread server\necho \"{\\\"ServerURL\\\":\\\"$server\\\",\\\"Username\\\":\\\"me\\\",\\\"Secret\\\":\\\"hunter2\\\"}\"\n"
	if err := os.WriteFile(filepath.Join(dir, "docker-credential-test"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	helper.run("pull", guarded+"/p:1", "--plain-http")

	u.dockerConfig(fmt.Sprintf(`{"auths":{%q:{"auth":%q}}}`, guarded, base64.StdEncoding.EncodeToString([]byte("me:wrong-hunter"))))
	_, text, err := u.try("pull", guarded+"/p:1", "--plain-http")
	if err == nil || strings.Contains(text, "wrong-hunter") || !strings.Contains(text, "401") {
		t.Errorf("wrong password: %v %s", err, text)
	}
}

func (u *user) dockerConfig(text string) {
	u.t.Helper()
	dir := filepath.Join(u.home, ".docker")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		u.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(text), 0o600); err != nil {
		u.t.Fatal(err)
	}
}

// proxyWithPassword asks for a password in front of a registry.
func proxyWithPassword(t *testing.T, r *registryServer, refused *atomic.Int32) string {
	t.Helper()
	backend := proxy(t, r, nil)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if name, password, ok := req.BasicAuth(); !ok || name != "me" || password != "hunter2" {
			refused.Add(1)
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		forward(w, req, backend)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// forward sends a request on and copies the answer.
func forward(w http.ResponseWriter, req *http.Request, to string) {
	out := req.Clone(req.Context())
	out.RequestURI, out.URL.Scheme, out.URL.Host = "", "http", to
	res, err := http.DefaultTransport.RoundTrip(out)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer res.Body.Close()
	for name, values := range res.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(res.StatusCode)
	io.Copy(w, res.Body)
}

// TestProxyVariables: a registry that only a proxy reaches is reached.
func TestProxyVariables(t *testing.T) {
	r := startRegistry(t, "")
	var seen atomic.Int32
	p := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Host != "registry.test:5000" {
			http.Error(w, "not for "+req.URL.Host, http.StatusBadGateway)
			return
		}
		seen.Add(1)
		forward(w, req, r.host)
	}))
	defer p.Close()
	u := newUser(t, "HTTP_PROXY="+p.URL, "NO_PROXY=")
	// The registry's Location headers name its host as the client wrote it.
	pushed := u.json("push", hello(t), "registry.test:5000/p:1", "--plain-http")
	if got := u.json("pull", "registry.test:5000/p:1", "--plain-http"); got.SHA256 != pushed.SHA256 || seen.Load() == 0 {
		t.Errorf("pulled %+v, pushed %+v, %d requests by the proxy", got, pushed, seen.Load())
	}
}

// TestCertificates: a registry with an authority of its own needs --ca-file.
func TestCertificates(t *testing.T) {
	r := startRegistry(t, "")
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		req.Header.Set("X-Forwarded-Proto", "https")
		forward(w, req, r.host)
	}))
	defer server.Close()
	host := server.Listener.Addr().(*net.TCPAddr).String()
	u := newUser(t)
	ca := writeCertificate(t, server)
	u.fails("--ca-file", "push", hello(t), host+"/p:1")
	u.run("push", hello(t), host+"/p:1", "--ca-file", ca)
	u.run("pull", host+"/p:1", "--ca-file", ca)
	u.fails("--plain-http", "pull", r.host+"/p:1")
}

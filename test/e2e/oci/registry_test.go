package oci

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// registryServer is a docker-registry of the test's own.
type registryServer struct {
	*harness.Process
	// host is "127.0.0.1:PORT".
	host string
	// config is its configuration, dir where its content lies.
	config, dir string
}

// binary finds docker-registry.
func binary(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("docker-registry")
	if err != nil {
		harness.Missing(t, "docker-registry", "apt-get install docker-registry, or put docker-registry on the PATH")
	}
	return path
}

// startRegistry starts an empty registry. more is added to its configuration.
func startRegistry(t testing.TB, more string) *registryServer {
	t.Helper()
	dir := t.TempDir()
	r := &registryServer{host: harness.Addr(harness.FreePort(t)), config: filepath.Join(dir, "config.yml"), dir: filepath.Join(dir, "data")}
	config := fmt.Sprintf(`version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
http: {addr: %s, secret: test}
%s`, r.dir, r.host, more)
	if err := os.WriteFile(r.config, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	r.start(t)
	return r
}

// start runs the registry, again if it was killed.
func (r *registryServer) start(t testing.TB) {
	t.Helper()
	r.Process = harness.Start(t, exec.Command(binary(t), "serve", r.config))
	r.WaitHTTP("http://"+r.host+"/v2/", 20*time.Second, func(reply harness.Reply) bool {
		return reply.Status == http.StatusOK || reply.Status == http.StatusUnauthorized
	})
}

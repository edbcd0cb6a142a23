package chain

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

// Registry is a docker-registry of the test's own.
type Registry struct {
	*harness.Process
	// Host is its address, "127.0.0.1:PORT".
	Host string

	config string
}

// StartRegistry starts an empty registry. more is added to its configuration.
func StartRegistry(t testing.TB, more string) *Registry {
	t.Helper()
	dir := t.TempDir()
	r := &Registry{Host: harness.Addr(harness.FreePort(t)), config: filepath.Join(dir, "config.yml")}
	config := fmt.Sprintf(`version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
http: {addr: %s, secret: test}
%s`, filepath.Join(dir, "data"), r.Host, more)
	if err := os.WriteFile(r.config, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	r.Restart(t)
	return r
}

// Restart starts the registry with what it has, after a stop.
func (r *Registry) Restart(t testing.TB) {
	t.Helper()
	binary, err := exec.LookPath("docker-registry")
	if err != nil {
		harness.Missing(t, "docker-registry", "apt-get install docker-registry, or put docker-registry on the PATH")
	}
	r.Process = harness.Start(t, exec.Command(binary, "serve", r.config))
	r.WaitHTTP("http://"+r.Host+"/v2/", 20*time.Second, func(reply harness.Reply) bool {
		return reply.Status == http.StatusOK || reply.Status == http.StatusUnauthorized
	})
}

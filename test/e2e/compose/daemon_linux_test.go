package compose

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// socket is where the daemon of the test listens, inside its namespaces.
const socket = "/run/sluice-docker.sock"

// daemon is a Docker daemon that a test started, and a client of its API.
type daemon struct {
	*harness.Process
	client http.Client
}

// startDocker starts a Docker daemon in fresh namespaces and waits until it
// answers. All it stores is in memory.
func startDocker(t *testing.T, s setup) *daemon {
	t.Helper()
	data := filepath.Join(s.Dir, "docker")
	if err := os.MkdirAll(data, 0o755); err != nil {
		t.Fatal(err)
	}
	settle(t, s.Dir, "/run", data)
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	d := &daemon{client: http.Client{Transport: &http.Transport{DialContext: dial}, Timeout: time.Minute}}
	d.Process = harness.Start(t, exec.Command("dockerd", "--data-root="+data, "--exec-root=/run/docker",
		"--host=unix://"+socket, "--pidfile=/run/docker.pid", "--storage-driver=overlay2",
		"--cgroup-parent=/"+controlGroup))
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		_, err := d.call(http.MethodGet, "/_ping", nil)
		if err == nil {
			return d
		}
		select {
		case <-d.Done():
			t.Fatal("dockerd ended at once; its output says why")
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("dockerd is not ready: %v", err)
		}
	}
}

// call asks the daemon and returns its answer; a status of 400 or more is an
// error.
func (d *daemon) call(method, path string, body io.Reader) ([]byte, error) {
	req, err := http.NewRequest(method, "http://docker"+path, body)
	if err != nil {
		return nil, err
	}
	res, err := d.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("docker: %s %s: %s: %s", method, path, res.Status, answer)
	}
	return answer, err
}

// load makes an image of that name whose only layer is i's files: what
// building a Dockerfile that starts FROM scratch gives.
func (d *daemon) load(t *testing.T, name string, i image) {
	t.Helper()
	colon := strings.LastIndex(name, ":")
	if colon < strings.LastIndex(name, "/") {
		t.Fatalf("image %q has no tag", name)
	}
	query := url.Values{"fromSrc": {"-"}, "repo": {name[:colon]}, "tag": {name[colon+1:]}, "changes": i.changes}
	files, done := i.tar()
	answer, err := d.call(http.MethodPost, "/images/create?"+query.Encode(), files)
	files.Close()
	tarErr := <-done
	// The daemon reports what goes wrong on the way in an answer of status 200.
	if err != nil || tarErr != nil || strings.Contains(string(answer), `"error"`) {
		t.Fatalf("image %s: %v; reading its files: %v; answer: %s", name, err, tarErr, answer)
	}
}

// containers returns the names of all containers, stopped ones too.
func (d *daemon) containers(t *testing.T) []string {
	t.Helper()
	answer, err := d.call(http.MethodGet, "/containers/json?all=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	var list []struct{ Names []string }
	if err := json.Unmarshal(answer, &list); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range list {
		names = append(names, c.Names...)
	}
	return names
}

// compose runs Docker Compose in the project's directory and returns what it
// printed; a failure fails the test.
func (d *daemon) compose(t *testing.T, s setup, args ...string) string {
	t.Helper()
	begin := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.Compose[0], append(s.Compose[1:], args...)...)
	cmd.Dir = s.Project
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.Dir, "DOCKER_HOST=unix://" + socket}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("compose %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	t.Logf("compose %s: %s", strings.Join(args, " "), time.Since(begin).Round(time.Millisecond))
	return string(out)
}

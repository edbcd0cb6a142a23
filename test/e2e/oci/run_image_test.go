package oci

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// event is a line that "sluice run --output json" prints.
type event struct {
	Event, Digest, URL string
	FromStore          bool
}

// serve runs a plugin until it serves and has answered a request, and returns
// what it loaded.
func (u *user) serve(args ...string) (loaded event) {
	u.t.Helper()
	args = append([]string{"run"}, args...)
	args = append(args, "--listen", "127.0.0.1:0", "--httpbin", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--output", "json")
	cmd := u.command(args...)
	var errOut strings.Builder
	cmd.Stderr = &errOut
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		u.t.Fatal(err)
	}
	defer func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	}()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e); e.Event == "loaded" {
			loaded = e
		}
		if e.Event != "ready" {
			continue
		}
		res, err := http.Get(e.URL + "/get")
		if err != nil || res.StatusCode != http.StatusOK && res.StatusCode != http.StatusForbidden {
			u.t.Errorf("%v, %+v", err, res)
		}
		return loaded
	}
	u.t.Fatalf("sluice %s ended: %s", strings.Join(args, " "), errOut.String())
	return loaded
}

// TestRunImage: an image runs on both engines, from the registry, and from the
// store when the registry is gone.
func TestRunImage(t *testing.T) {
	r, u := startRegistry(t, ""), newUser(t)
	pushed := u.json("push", hello(t), r.host+"/team/hello:1", "--plain-http")
	engines := [][]string{nil}
	if envoy := os.Getenv("ENVOY"); envoy != "" {
		engines = append(engines, []string{"--engine", "envoy", "--envoy", envoy})
	} else if _, err := exec.LookPath("envoy"); err == nil {
		engines = append(engines, []string{"--engine", "envoy"})
	}
	first := u.serve(r.host+"/team/hello:1", "--plain-http")
	if first.FromStore || first.Digest != pushed.Digest {
		t.Errorf("first: %+v", first)
	}
	r.Signal(os.Kill)
	<-r.Done()
	names := []string{"oci://" + r.host + "/team/hello@" + pushed.Digest, r.host + "/team/hello:1"}
	for i, engine := range engines {
		if again := u.serve(append([]string{names[i]}, engine...)...); !again.FromStore || again.Digest != pushed.Digest {
			t.Errorf("%s %v: %+v", names[i], engine, again)
		}
	}
	u.fails(r.host, "run", r.host+"/team/hello:1", "--plain-http", "--pull", "always")
	u.fails("--pull missing", "run", r.host+"/team/hello:2", "--pull", "never")
	if len(engines) == 1 {
		harness.Missing(t, "Envoy", "set $ENVOY to its binary; the embedded engine was tried")
	}
}

// TestInterruptedPull: Ctrl-C in the middle of a pull ends at once and leaves
// nothing in the store.
func TestInterruptedPull(t *testing.T) {
	r, u := startRegistry(t, ""), newUser(t)
	u.run("push", hello(t), r.host+"/p:1", "--plain-http")
	asked := make(chan struct{}, 10)
	slow := proxy(t, r, func(res *http.Response) error {
		if strings.Contains(res.Request.URL.Path, "/blobs/") && res.ContentLength > 10000 {
			asked <- struct{}{}
			res.Body = trickle{res.Body}
		}
		return nil
	})
	cmd := u.command("run", slow+"/p:1", "--plain-http")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	time.Sleep(100 * time.Millisecond)
	began := time.Now()
	cmd.Process.Signal(os.Interrupt)
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 130 || time.Since(began) > 5*time.Second {
		t.Errorf("%v after %s", err, time.Since(began))
	}
	if out := u.run("store", "list"); out != "no images\n" {
		t.Errorf("the store has %s", out)
	}
	dir := strings.TrimSpace(u.run("store", "path"))
	filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".tmp") {
			t.Errorf("left %s", path)
		}
		return err
	})
}

// trickle is a body that comes slowly.
type trickle struct{ readCloser }

func (s trickle) Read(p []byte) (int, error) {
	time.Sleep(20 * time.Millisecond)
	return s.readCloser.Read(p[:min(len(p), 2048)])
}

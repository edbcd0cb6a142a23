package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// handlerRow is a row of a README: the request, the status, and what to look for.
var handlerRow = regexp.MustCompile("^\\| `(curl [^`]+)` \\| ([0-9]{3})([^`]*)`([^`]+)` \\|$")

// TestHandlerExample runs the rows of the handler example's README on every
// engine, from one module that `sluice build` made.
func TestHandlerExample(t *testing.T) {
	wasm := sluiceBuild(t, plugin(t, "handler-example"))
	config := filepath.Join(plugin(t, "handler-example"), "config.yaml")
	page := harness.ReadFile(t, filepath.Join("plugins", "handler-example", "README.md"))
	onEvery(t, func(t *testing.T, e engine) {
		s := e.run(t, wasm, "--config", config, "--no-watch", "--workers", "1")
		ran := 0
		for _, line := range strings.Split(page, "\n") {
			if row := handlerRow.FindStringSubmatch(line); row != nil {
				checkHandlerRow(t, s, row)
				ran++
			}
		}
		if ran < 8 {
			t.Errorf("%d rows ran", ran)
		}
		limited(t, s)
	})
}

func checkHandlerRow(t *testing.T, s *session, row []string) {
	t.Helper()
	req := curlRequest(t, s, row[1])
	if method := regexp.MustCompile(`-X (\w+)`).FindStringSubmatch(row[1]); method != nil {
		req.Method = method[1]
	}
	reply := harness.Do(t, req)
	if strconv.Itoa(reply.Status) != row[2] {
		t.Errorf("%s: got %s, want %s", row[1], reply, row[2])
		return
	}
	name, value, _ := strings.Cut(row[4], ": ")
	switch {
	case strings.HasPrefix(row[4], "{"):
		if string(reply.Body) != row[4] || reply.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: got %s", row[1], reply)
		}
	case strings.Contains(row[3], "upstream"):
		if got := harness.ParseEcho(t, reply).Header(name); got != value {
			t.Errorf("%s: the upstream saw %s: %q", row[1], name, got)
		}
	default:
		if got := reply.Header.Get(name); got != value {
			t.Errorf("%s: the client got %s: %q", row[1], name, got)
		}
	}
}

// limited asks more often than the configuration allows.
func limited(t *testing.T, s *session) {
	t.Helper()
	for range 25 {
		req, _ := http.NewRequest("GET", s.url("/get"), nil)
		req.Header.Set("X-API-Key", "open-sesame")
		reply := harness.Do(t, req)
		if reply.Status == 200 {
			continue
		}
		reset, _ := strconv.ParseInt(reply.Header.Get("X-RateLimit-Reset"), 10, 64)
		if left := time.Until(time.Unix(reset, 0)); reply.Status != 429 || left <= 0 || left > time.Minute {
			t.Errorf("over the limit: %s, the count begins anew in %s", reply, left)
		}
		return
	}
	t.Error("25 requests passed, want 20 at most")
}

// sluiceBuild builds a plugin with the command, CGO off, and returns the module.
func sluiceBuild(t *testing.T, dir string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "main.wasm")
	cmd := sluice(t, "build", dir, "-o", out)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("sluice build: %v\n%s", err, b)
	}
	return out
}

// goCommand runs the go command in dir, CGO off.
func goCommand(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// TestHandlerGuide tests, builds and runs the program of the guide on handlers,
// copied to two directories: the module is the same byte for byte.
func TestHandlerGuide(t *testing.T) {
	page := harness.ReadFile(t, filepath.Join("docs", "handler-style.md"))
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(page, -1)
	if len(blocks) != 2 {
		t.Fatalf("the guide has %d programs, want the plugin and its test", len(blocks))
	}
	var modules [2][]byte
	var wasm string
	for i := range modules {
		dir := t.TempDir() // another one each time
		const sdk = "github.com/sluiceproxy/sluice"
		harness.WriteFile(t, filepath.Join(dir, "go.mod"), fmt.Sprintf(
			"module example.com/you/my_plugin\n\ngo 1.24.0\n\nrequire %s v0.0.0\n\nreplace %s => %s\n", sdk, sdk, harness.Root(t)))
		harness.WriteFile(t, filepath.Join(dir, "main.go"), blocks[0][1])
		harness.WriteFile(t, filepath.Join(dir, "main_test.go"), blocks[1][1])
		goCommand(t, dir, "mod", "tidy")
		goCommand(t, dir, "test", ".")
		wasm = sluiceBuild(t, dir)
		var err error
		if modules[i], err = os.ReadFile(wasm); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(modules[0], modules[1]) {
		t.Error("two directories make two modules")
	}
	onBoth(t, func(t *testing.T, e engine) {
		s := e.run(t, wasm, "--no-watch")
		if got := harness.GetEcho(t, s.url("/get")).Header("X-Greeting"); got != "hello" {
			t.Errorf("the upstream saw X-Greeting: %q", got)
		}
		for body, want := range map[string]string{"a badword": `{"error":"Invalid request"}`, "a word": `"a word"`} {
			req, _ := http.NewRequest("POST", s.url("/anything"), strings.NewReader(body))
			req.Header.Set("Content-Type", "text/plain")
			reply := harness.Do(t, req)
			if (reply.Status == 400) != (body == "a badword") || !strings.Contains(string(reply.Body), want) {
				t.Errorf("%s: got %s", body, reply)
			}
		}
		if got := harness.Get(t, s.url("/get")).Header.Get("X-Plugin"); got != "my_plugin" {
			t.Errorf("the client got X-Plugin: %q", got)
		}
	})
}

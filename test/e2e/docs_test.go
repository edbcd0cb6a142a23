package e2e

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// codeSpan finds what a Markdown line has between backquotes.
var codeSpan = regexp.MustCompile("`([^`]+)`")

// TestPluginPages runs the curl lines in the plugins' READMEs. A table's row
// has the request in its first column; in the second a code span is the
// answer's body, or, with a colon in it, a header that the upstream saw.
func TestPluginPages(t *testing.T) {
	for _, name := range []string{"hello-world", "mock-response", "http-call", "demo"} {
		t.Run(name, func(t *testing.T) {
			page := harness.ReadFile(t, filepath.Join("plugins", name, "README.md"))
			s := embedded().run(t, plugin(t, name), "--no-watch")
			ran := 0
			for _, line := range strings.Split(page, "\n") {
				spans := codeSpan.FindAllStringSubmatch(line, -1)
				if len(spans) < 2 || !strings.HasPrefix(spans[0][1], "curl ") {
					continue
				}
				checkCurl(t, s, spans[0][1], spans[1][1])
				ran++
			}
			if ran == 0 {
				t.Error("the README has no row that a test can run")
			}
		})
	}
}

func checkCurl(t *testing.T, s *session, curl, want string) {
	t.Helper()
	req := curlRequest(t, s, curl)
	reply := harness.Do(t, req)
	if reply.Status != http.StatusOK {
		t.Errorf("%s: got %s", curl, reply)
		return
	}
	name, value, isHeader := strings.Cut(want, ": ")
	if !isHeader {
		if string(reply.Body) != want {
			t.Errorf("%s: got %s, want %q", curl, reply, want)
		}
		return
	}
	if got := harness.ParseEcho(t, reply).Header(name); got != value {
		t.Errorf("%s: the upstream saw %s: %q, want %q", curl, name, got, value)
	}
}

// curlRequest reads the few forms of curl that the pages use.
func curlRequest(t *testing.T, s *session, curl string) *http.Request {
	t.Helper()
	header := regexp.MustCompile(`-H '([^:]+): ([^']+)'`)
	url := regexp.MustCompile(`http://127\.0\.0\.1:10000(/\S*)`).FindStringSubmatch(curl)
	if url == nil {
		t.Fatalf("%s: no URL on port 10000", curl)
	}
	req, err := http.NewRequest(http.MethodGet, s.url(url[1]), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range header.FindAllStringSubmatch(curl, -1) {
		req.Header.Set(h[1], h[2])
		if strings.EqualFold(h[1], "Host") {
			req.Host = h[2]
		}
	}
	return req
}

// TestReadme holds the README to what it says: its plugin builds with the line
// it prints, and its commands are those of the Makefile and the command.
func TestReadme(t *testing.T) {
	page := harness.ReadFile(t, "README.md")
	_, rest, _ := strings.Cut(page, "```go\n")
	source, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("the README shows no plugin")
	}
	// Within the module, so that its imports are these and not a release's.
	dir, err := os.MkdirTemp(filepath.Join(harness.Root(t), "test", "e2e", "testdata"), "readme")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	harness.WriteFile(t, filepath.Join(dir, "main.go"), source)
	const line = "GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o main.wasm ./"
	if !strings.Contains(page, line) {
		t.Errorf("the README does not show %q", line)
	}
	words := strings.Fields(line)
	cmd := exec.Command(words[2], words[3:]...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), words[:2]...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
	s := embedded().run(t, filepath.Join(dir, "main.wasm"), "--no-watch")
	if got := harness.GetEcho(t, s.url("/get")).Header("Hello"); got != "world" {
		t.Errorf("the README's plugin: header Hello is %q, want world", got)
	}
}

// TestNewPlugin takes the path of someone new: a plugin outside the repository
// that passes its own test, builds and runs.
func TestNewPlugin(t *testing.T) {
	dir := t.TempDir()
	cmd := sluice(t, "new", "my-plugin")
	cmd.Dir = dir
	if p := harness.Start(t, cmd); p.Wait(readyTimeout) != 0 {
		t.Fatalf("sluice new my-plugin: %s", p.Output())
	}
	test := exec.Command("go", "test", "./...")
	test.Dir = filepath.Join(dir, "my-plugin")
	if out, err := test.CombinedOutput(); err != nil {
		t.Fatalf("go test in the new plugin: %v\n%s", err, out)
	}
	s := embedded().run(t, filepath.Join(dir, "my-plugin"), "--no-watch")
	if got := harness.Get(t, s.url("/get")); got.Status != http.StatusOK {
		t.Errorf("through the new plugin: %s", got)
	}
}

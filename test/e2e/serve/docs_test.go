package serve

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestGuide runs docs/serve.md: its files are written and its commands run, in
// order, with other ports and another directory.
func TestGuide(t *testing.T) { runGuide(t, harness.ReadFile(t, "docs/serve.md"), 9) }

// TestCanaryGuide runs docs/progressive-delivery.md in the same way, with the gateway
// of docs/serve.md.
func TestCanaryGuide(t *testing.T) {
	other := harness.ReadFile(t, "docs/serve.md")
	_, other, _ = strings.Cut(other, "```yaml\n# gateway.yaml\n")
	gateway, _, _ := strings.Cut(other, "\n```")
	runGuide(t, "\n```yaml\n# gateway.yaml\n"+gateway+"\n```\n"+harness.ReadFile(t, "docs/progressive-delivery.md"), 10)
}

func runGuide(t *testing.T, text string, lines int) {
	e := harness.OneEnvoy(t)
	path, err := command()
	if err != nil {
		t.Fatal(err)
	}
	dir, ports := t.TempDir(), harness.FreePorts(t, 4)
	if err := os.Rename(harness.BuildPlugin(t, "plugins/mock-response"), filepath.Join(dir, "mock-response.wasm")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "resources"), 0o755); err != nil {
		t.Fatal(err)
	}
	var swaps []string
	for i, port := range []string{"18000", "18001", "10000", "9901"} {
		swaps = append(swaps, ":"+port, ":"+strconv.Itoa(ports[i]), " "+port+"}", " "+strconv.Itoa(ports[i])+"}")
	}
	text = strings.NewReplacer(append(swaps, "/srv/demo", dir)...).Replace(text)
	g := guide{t: t, dir: dir, sluice: path, envoy: e.Path}
	for _, block := range strings.Split(text, "\n```")[1:] {
		kind, body, _ := strings.Cut(block, "\n")
		switch kind {
		case "yaml":
			name, content, _ := strings.Cut(strings.TrimPrefix(body, "# "), "\n")
			harness.WriteFile(t, filepath.Join(dir, name), content)
		case "sh":
			for _, line := range strings.Split(strings.TrimSpace(body), "\n") {
				g.run(line)
			}
		}
	}
	if g.ran < lines {
		t.Errorf("ran %d lines", g.ran)
	}
}

type guide struct {
	t          *testing.T
	dir        string
	sluice     string
	envoy      string
	background []*harness.Process
	ran        int
}

// run runs a line of the guide.
func (g *guide) run(line string) {
	g.t.Helper()
	g.ran++
	line, answer, _ := strings.Cut(line, "    # ")
	line, file, _ := strings.Cut(line, " > ")
	args := strings.Fields(line)
	switch {
	case args[0] == "curl" && args[2] == "-H":
		g.pinned(args[3], args[len(args)-1], answer)
	case args[0] == "curl":
		g.background[len(g.background)-1].WaitHTTP(args[len(args)-1], patience, func(r harness.Reply) bool { return string(r.Body) == answer })
	case args[0] == "envoy":
		cmd := exec.Command(g.envoy, append(args[1:], "--disable-hot-restart")...)
		cmd.Dir = g.dir
		g.background = append(g.background, harness.Start(g.t, cmd))
	case args[1] == "serve" && file == "":
		cmd := exec.Command(g.sluice, append(args[1:], "--state", filepath.Join(g.dir, "state"))...)
		cmd.Dir = g.dir
		p := harness.Start(g.t, cmd)
		p.WaitOutput("serving 1 plugins", patience)
		g.background = append(g.background, p)
	default:
		cmd := exec.Command(g.sluice, args[1:]...)
		cmd.Dir = g.dir
		out, err := cmd.Output()
		if err != nil {
			g.t.Fatalf("%s: %v", line, err)
		}
		if file != "" {
			harness.WriteFile(g.t, filepath.Join(g.dir, file), string(out))
		} else if args[1] == "status" && !strings.Contains(string(out), "running") {
			g.t.Errorf("%s:\n%s", line, out)
		}
	}
}

// pinned asks with a header until the answer is as wanted.
func (g *guide) pinned(header, url, want string) {
	g.t.Helper()
	name, value, _ := strings.Cut(header, ":")
	var got []byte
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		req, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			g.t.Fatal(err)
		}
		req.Header.Set(name, value)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			continue
		}
		got, _ = io.ReadAll(resp.Body) // compared
		resp.Body.Close()
		if string(got) == want {
			return
		}
	}
	g.t.Fatalf("%s with %s: %q, want %q", url, header, got, want)
}

package oci

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// sample is a key of key-auth's sample configuration.
const sample = "2bda943c-ba2b-11ec-ba07-00163e1250b5"

// ask runs a plugin, and gives the status of a request with a header and the
// digest of the image that runs, empty for a source.
func (u *user) ask(dir, header string, args ...string) (status int, digest, stderr string) {
	u.t.Helper()
	args = append([]string{"run"}, args...)
	cmd := u.command(append(args, "--listen", "127.0.0.1:0", "--httpbin", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--output", "json")...)
	if dir != "" {
		cmd.Dir = dir
	}
	var errOut strings.Builder
	cmd.Stderr = &errOut
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		u.t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && status == 0 {
		var e event
		if json.Unmarshal(lines.Bytes(), &e); e.Event == "loaded" {
			digest = e.Digest
		}
		if e.Event != "ready" {
			continue
		}
		req, _ := http.NewRequest(http.MethodGet, e.URL+"/get", nil)
		req.Header.Set("x-api-key", header)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			u.t.Fatal(err)
		}
		res.Body.Close()
		status = res.StatusCode
	}
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
	return status, digest, errOut.String()
}

// searched is what "sluice search --output json" prints.
type searched struct {
	Hub, Digest string
	Warnings    []string
	Plugins     []struct {
		Name, Version, Description, Phase, Source string
		Priority                                  int
		Guard                                     bool
		Versions                                  []struct{ Digest, SHA256, Schema string }
	}
}

func (u *user) search(args ...string) (s searched) {
	u.t.Helper()
	if err := json.Unmarshal([]byte(u.run(append([]string{"search", "--output", "json"}, args...)...)), &s); err != nil {
		u.t.Fatal(err)
	}
	return s
}

// newBuilder is a user with Go's caches, and no hub.
func newBuilder(t *testing.T) *user {
	return newUser(t, "SLUICE_HUB=", "GOCACHE="+goEnv(t, "GOCACHE"), "GOMODCACHE="+goEnv(t, "GOMODCACHE"))
}

// TestHub: two plugins of the repository are published and signed, found, run from
// the registry and, when it is gone, from what was read last.
func TestHub(t *testing.T) {
	r, u := startRegistry(t, ""), newBuilder(t)
	u.run("keygen", "-o", "hub", "--no-passphrase")
	u.run("keygen", "-o", "other", "--no-passphrase")
	at, plugins := "oci://"+r.host+"/team/hub", filepath.Join(harness.Root(t), "plugins")
	in := []string{"--hub", at, "--plain-http", "--key", "hub.pub"}
	u.fails("not found", "search", "--hub", at, "--plain-http")
	publish := []string{"hub", "publish", at, "--dir", plugins, "--plain-http", "--sign-key", "hub.key", "--save", "catalogue.json"}
	out := u.run(append(publish, "key-auth", "cors")...)
	if strings.Count(out, "pushed ") != 2 || !strings.Contains(out, "signed by") {
		t.Errorf("published: %s", out)
	}

	found := u.search(in...)
	if len(found.Plugins) != 2 || found.Digest == "" || len(found.Warnings) > 0 {
		t.Fatalf("found %+v", found)
	}
	p := found.Plugins[1]
	if p.Name != "key-auth" || p.Phase != "AUTHN" || p.Priority != 310 || !p.Guard || p.Version != "1.0.0" || found.Plugins[0].Guard ||
		p.Source != at+"/key-auth@"+p.Versions[0].Digest || p.Versions[0].Schema == "" || p.Description == "" {
		t.Errorf("key-auth is %+v", p)
	}
	if words := u.search(append(in, "hide_credentials")...); len(words.Plugins) != 1 || words.Plugins[0].Name != "key-auth" {
		t.Errorf("by a field: %+v", words)
	}
	u.fails("not signed", "search", "--hub", at, "--plain-http", "--key", "other.pub")

	for header, want := range map[string]int{sample: 200, "nobody": 401} {
		status, digest, errOut := u.ask("", header, append([]string{"hub:key-auth@1.0.0"}, in...)...)
		if status != want || digest != p.Versions[0].Digest || !strings.Contains(errOut, "the sample configuration of the catalogue") {
			t.Errorf("%s: %d, image %s, %s", header, status, digest, errOut)
		}
	}
	own := filepath.Join(u.home, "own.yaml")
	harness.WriteFile(t, own, "global_auth: true\nkeys: [x-api-key]\nin_header: true\nconsumers: [{name: me, credential: mine}]\n")
	if status, _, errOut := u.ask("", "mine", append([]string{"hub:key-auth", "--config", own}, in...)...); status != 200 || strings.Contains(errOut, "sample") {
		t.Errorf("own configuration: %d %s", status, errOut)
	}
	for ref, words := range map[string]string{
		"hub:key-aut": `did you mean key-auth?`, "hub:nothing-near": `"sluice search" lists`, "hub:key-auth@2.0.0": "it has 1.0.0",
		"hub:": "names no plugin", "hub:key-auth@": "want a version after @", "hub:Key": "small letters",
	} {
		u.fails(words, append([]string{"run", ref}, in...)...)
	}

	out = u.run(append(publish, "key-auth")...) // and cors stays
	if !strings.Contains(out, "unchanged key-auth 1.0.0") || len(u.search(in...).Plugins) != 2 {
		t.Errorf("published again: %s", out)
	}
	other := append([]string{}, publish...)
	other[len(other)-3] = "other.key"
	u.fails("--fresh", append(other, "key-auth")...)
	u.fails("did you mean cors?", append(publish, "corss")...)
	u.fails("has no spec.yaml", append(publish, "hello-world")...)

	r.Signal(os.Kill)
	<-r.Done()
	last := u.search(in...)
	if len(last.Plugins) != 2 || len(last.Warnings) != 1 || !strings.Contains(last.Warnings[0], "read from it last") {
		t.Errorf("without the registry: %+v", last)
	}
	u.fails("not signed", "search", "--hub", at, "--plain-http", "--key", "other.pub")
	if status, _, errOut := u.ask("", sample, append([]string{"hub:key-auth"}, in...)...); status != 200 || !strings.Contains(errOut, "sluice: warning: hub") {
		t.Errorf("without the registry: %d %s", status, errOut)
	}
	file := []string{"hub:key-auth", "--hub", "catalogue.json", "--plain-http", "--key", "hub.pub"}
	if status, _, errOut := u.ask("", "nobody", file...); status != 401 {
		t.Errorf("with the saved catalogue: %d %s", status, errOut)
	}
}

// TestHubOtherContent: a version keeps its content.
func TestHubOtherContent(t *testing.T) {
	r, u := startRegistry(t, ""), newBuilder(t)
	at, dir := "oci://"+r.host+"/hub", t.TempDir()
	u.run("new", "mine", "--dir", filepath.Join(dir, "mine"), "--sdk", harness.Root(t))
	spec := "info: {category: traffic, name: mine, title: Mine, description: It is mine., version: VERSION}\nspec: {phase: AUTHN, priority: 7}\n"
	main := filepath.Join(dir, "mine", "main.go")
	publish := []string{"hub", "publish", at, "--dir", dir, "--plain-http"}
	release := func(version string) {
		t.Helper()
		harness.WriteFile(t, filepath.Join(dir, "mine", "spec.yaml"), strings.ReplaceAll(spec, "VERSION", version))
	}
	release("1.0.0")
	u.run(publish...)
	before := u.search("--hub", at, "--plain-http").Plugins[0].Versions[0]
	source, err := os.ReadFile(main)
	if err != nil {
		t.Fatal(err)
	}
	harness.WriteFile(t, main, string(source)+"\n\nfunc init() { println(\"another\") }\n")
	u.fails("raise the version", publish...)
	if now := u.search("--hub", at, "--plain-http").Plugins[0].Versions[0]; now != before {
		t.Errorf("it was %+v, and is %+v", before, now)
	}
	release("1.1.0")
	u.run(publish...)
	p := u.search("--hub", at, "--plain-http").Plugins[0]
	if p.Version != "1.1.0" || len(p.Versions) != 2 || p.Versions[1] != before || p.Versions[0].Digest == before.Digest {
		t.Errorf("both versions: %+v", p)
	}
	u.run("inspect", "hub:mine@1.0.0", "--hub", at, "--plain-http")
}

// TestHubOfTheRepository: in a clone, the plugins' sources are the hub.
func TestHubOfTheRepository(t *testing.T) {
	u, root := newBuilder(t), harness.Root(t)
	u.fails("set SLUICE_HUB", "search")
	u.fails("set SLUICE_HUB", "run", "hub:key-auth")
	for header, want := range map[string]int{sample: 200, "nobody": 401} {
		status, digest, errOut := u.ask(filepath.Join(root, "docs"), header, "hub:key-auth")
		if status != want || digest != "" || !strings.Contains(errOut, filepath.Join("key-auth", "config.yaml")) {
			t.Errorf("%s: %d, image %q, %s", header, status, digest, errOut)
		}
	}
}

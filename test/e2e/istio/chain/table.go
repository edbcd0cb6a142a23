package chain

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// Table returns the cases, whose images it pushes: those of the module in file.
// docs/istio.md has the same table, which a test compares with this one.
func Table(s *Stack, file string) []Case {
	image := s.Image("lab/cases")
	digest := s.Push(file, image+":oci")
	s.Push(file, image+":docker", "--format", "docker")
	s.Push(file, image+":artifact", "--format", "artifact")
	s.Push(file, image+":index", "--index")
	code := s.Read(file)
	s.PushBytes([]byte("not a module"), image+":text")
	s.PushBytes(code[:len(code)/2], image+":half")
	s.PushBytes([]byte("\x00asm\x01\x00\x00\x00"), image+":empty")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/plugin.wasm" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(code) // the agent notices what is missing
	}))
	s.t.Cleanup(server.Close)
	oci := "oci://" + image
	dead := "oci://" + harness.Addr(harness.FreePort(s.t)) + "/lab/cases:oci"
	here := map[string]any{} // a configuration with a message
	more := func(key string, value any) map[string]any { return map[string]any{key: value} }
	ports := func(port int) any { return []any{map[string]any{"ports": []any{map[string]any{"number": port}}}} }
	mode := func(mode string) any { return []any{map[string]any{"mode": mode}} }
	return []Case{
		{Name: "an OCI image", URL: oci + ":oci", Config: here, First: Loaded, After: Loaded},
		{Name: "a Docker image", URL: oci + ":docker", Config: here, First: Loaded, After: Loaded},
		{Name: "an artifact", URL: oci + ":artifact", Config: here, First: Loaded, After: Loaded},
		{Name: "an index", URL: oci + ":index", Config: here, First: Loaded, After: Loaded},
		{Name: "a digest in the URL", URL: oci + "@sha256:" + digest, Config: here, First: Loaded, After: Loaded},
		{Name: "the manifest's digest as sha256", URL: oci + ":oci", Config: here, More: more("sha256", digest), First: Loaded, After: Loaded},
		{Name: "the module's digest as sha256", URL: oci + ":oci", Config: here, More: more("sha256", fmt.Sprintf("%x", sha256.Sum256(code))), First: Denied, After: Denied},
		{Name: "a module over HTTP", URL: server.URL + "/plugin.wasm", Config: here, First: Loaded, After: Loaded},
		{Name: "404 over HTTP", URL: server.URL + "/other.wasm", Config: here, First: Denied, After: Denied},
		{Name: "a file", URL: "file://" + file, Config: here, First: Loaded, After: Loaded},
		{Name: "a file that isn't there", URL: "file:///nowhere.wasm", Config: here, First: Broken, After: Kept},
		{Name: "no scheme", URL: strings.TrimPrefix(oci, "oci://") + ":oci", Config: here, First: Absent, After: Absent},
		{Name: "no such tag", URL: oci + ":none", Config: here, First: Denied, After: Denied},
		{Name: "no such tag, FAIL_CLOSE", URL: oci + ":none", Config: here, More: more("failStrategy", "FAIL_CLOSE"), First: Denied, After: Denied},
		{Name: "no such tag, FAIL_RELOAD", URL: oci + ":none", Config: here, More: more("failStrategy", "FAIL_RELOAD"), First: Denied, After: Denied},
		{Name: "no such tag, FAIL_OPEN", URL: oci + ":none", Config: here, More: more("failStrategy", "FAIL_OPEN"), First: Absent, After: Absent},
		{Name: "no registry", URL: dead, Config: here, First: Denied, After: Denied},
		{Name: "no module in the image", URL: oci + ":text", Config: here, First: Denied, After: Denied},
		{Name: "half a module", URL: oci + ":half", Config: here, First: Broken, After: Kept},
		{Name: "a module that is no plugin", URL: oci + ":empty", Config: here, First: Broken, After: Kept},
		{Name: "a module that is no plugin, FAIL_OPEN", URL: oci + ":empty", Config: here, More: more("failStrategy", "FAIL_OPEN"), First: Broken, After: Kept},
		{Name: "a configuration that the plugin refuses", URL: oci + ":oci", First: Broken, After: Kept},
		{Name: "another selector", URL: oci + ":oci", Config: here, More: more("selector", map[string]any{"matchLabels": map[string]any{"app": "other"}}), First: Absent, After: Absent},
		{Name: "another port", URL: oci + ":oci", Config: here, More: more("match", ports(1)), First: Absent, After: Absent},
		{Name: "the gateway's port", URL: oci + ":oci", Config: here, More: more("match", ports(s.Gateway.Port)), First: Loaded, After: Loaded},
		{Name: "mode SERVER on a gateway", URL: oci + ":oci", Config: here, More: more("match", mode("SERVER")), First: Absent, After: Absent},
		{Name: "mode CLIENT on a gateway", URL: oci + ":oci", Config: here, More: more("match", mode("CLIENT")), First: Loaded, After: Loaded},
	}
}

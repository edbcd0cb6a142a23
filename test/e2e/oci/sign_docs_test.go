package oci

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestSigningGuide runs the commands of docs/signing.md, in order, with its
// policy beside them; those of cosign where there is one.
func TestSigningGuide(t *testing.T) {
	r, u := startRegistry(t, ""), newUser(t)
	text := strings.NewReplacer("registry.example", r.host, "/tmp", u.home).Replace(harness.ReadFile(t, "docs/signing.md"))
	raw, err := os.ReadFile(hello(t))
	if err != nil {
		t.Fatal(err)
	}
	_, policy, _ := strings.Cut(text, "```yaml\n")
	policy, _, _ = strings.Cut(policy, "```")
	for name, content := range map[string][]byte{"main.wasm": raw, "passphrase": []byte("secret\n"), "policy.yaml": []byte(policy)} {
		if err := os.WriteFile(filepath.Join(u.home, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	other, ran := os.Getenv("COSIGN"), map[string]int{}
	if other != "" {
		u.works(other, "generate-key-pair")
	}
	for _, line := range strings.Split(text, "\n") {
		args := strings.Fields(line)
		switch {
		case len(args) < 3:
			continue
		case args[0] == "cosign" && other != "":
			u.works(other, args[1], args[2:]...)
		case args[0] == "sluice" && args[1] == "keygen":
			u.run(args[1:]...)
		case args[0] == "sluice":
			u.run(append(args[1:], "--plain-http")...)
		default:
			continue
		}
		ran[args[0]]++
	}
	if ran["sluice"] < 16 || other != "" && ran["cosign"] < 3 {
		t.Errorf("ran %v", ran)
	}
	u.run("push", "main.wasm", r.host+"/elsewhere/p:1", "--plain-http")
	u.fails("rejects it", "pull", r.host+"/elsewhere/p:1", "--plain-http", "--policy", "policy.yaml")
}

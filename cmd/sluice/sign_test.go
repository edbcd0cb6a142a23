package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// TestTrustUsage: mistakes in the command line are told as such.
func TestTrustUsage(t *testing.T) {
	for _, tt := range []struct{ line, text string }{
		{"keygen x", "no arguments"},
		{"keygen --kind rsa", "want ecdsa, ed25519"},
		{"sign", "the image"},
		{"sign r.example/p", "key"},
		{"sign r.example/P --key x", "not the name of an image"},
		{"sign r.example/p --key x -a y", "want KEY=VALUE"},
		{"sign r.example/p --key x --expires soon", "2030-01-31"},
		{"sign r.example/p --key x --expires -1h", "over already"},
		{"sign r.example/p --key x --storage disk", "want tag, referrer"},
		{"verify r.example/p", "--key or --policy"},
		{"verify r.example/p --policy x --key y", "two things"},
		{"verify r.example/p --signed-as x", "goes with --key"},
		{"pull r.example/p --policy x --key y", "two things"},
		{"verify r.example/p --attestation x", "want provenance, spdx, cyclonedx"},
		{"attest r.example/p", "--sbom or --provenance"},
		{"attest r.example/p --sbom x", "want spdx, cyclonedx"},
		{"push . r.example/p --sbom x", "want spdx, cyclonedx"},
		{"sbom", "one argument"},
		{"sbom x --format y", "want spdx, cyclonedx"},
		{"diff x", "the old and the new"},
	} {
		sluice(t, strings.Fields(tt.line)...).wantUsage(t, tt.line, tt.text)
	}
}

// TestTrustIsNotForgotten: flags that a script left empty, and flags for what
// nobody signs, are no reason to use an image unasked.
func TestTrustIsNotForgotten(t *testing.T) {
	dir := built(t)
	file := filepath.Join(dir, "main.wasm")
	for _, tt := range [][]string{
		{"want the name of a file", "pull", "r.example/p", "--policy", ""},
		{"want the name of a file", "run", "r.example/p", "--policy="},
		{"--key is empty", "pull", "r.example/p", "--key", ""},
		{"want the name of a file", "pull", "r.example/p", "-o", ""},
		{"want the name of a file", "keygen", "-o", "", "--no-passphrase"},
		{"--expires is empty", "sign", "r.example/p", "--key", "k.key", "--expires", ""},
		{"--as is empty", "sign", "r.example/p", "--key", "k.key", "--as", ""},
		{`--as "team"`, "sign", "r.example/p", "--key", "k.key", "--as", "team"},
		{`--as "oci:dir"`, "sign", "r.example/p", "--key", "k.key", "--as", "oci:dir"},
		{"--signed-as is empty", "pull", "r.example/p", "--key", "k.pub", "--signed-as", ""},
		{`--signed-as "x"`, "pull", "r.example/p", "--key", "k.pub", "--signed-as", "x"},
		{"are for images", "check", file, "--key", "k.pub"},
		{"are for images", "inspect", file, "--policy", "p.yaml"},
		{"are for images", "sbom", dir, "--key", "k.pub"},
		{"are for images", "diff", dir, file, "--key", "k.pub"},
	} {
		sluice(t, tt[1:]...).wantUsage(t, strings.Join(tt[1:], " "), tt[0])
	}
	if r := sluice(t, "inspect", file); r.code != 0 {
		t.Errorf("no flag: %s", r.stderr)
	}
}

// signer makes a signed layout and a pair of keys.
func signer(t *testing.T) (dir, images string) {
	t.Helper()
	dir = built(t)
	images = "oci:" + filepath.Join(dir, "images")
	passphrase := filepath.Join(dir, "passphrase")
	if err := os.WriteFile(passphrase, []byte("secret\nsecond line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"keygen", "-o", filepath.Join(dir, "k"), "--passphrase-file", passphrase},
		{"package", dir, "-o", filepath.Join(dir, "images"), "--tag", "1"},
		{"sign", images + ":1", "--key", filepath.Join(dir, "k.key"), "--passphrase-file", passphrase, "--as", "r.example/p", "-a", "env=prod", "--expires", "1h"},
	} {
		if r := sluice(t, args...); r.code != 0 {
			t.Fatalf("%v: %s", args, r.stderr)
		}
	}
	return dir, images
}

// TestSignVerifyPull: the commands together, without a registry.
func TestSignVerifyPull(t *testing.T) {
	dir, images := signer(t)
	key, out := filepath.Join(dir, "k.pub"), filepath.Join(dir, "out.wasm")
	var v policy.Verified
	decode(t, sluice(t, "verify", images, "--key", key, "-a", "env=prod", "--output", "json"), &v)
	if len(v.Signatures) != 1 || v.Signatures[0].Name != "r.example/p" || v.Signatures[0].Expires == nil {
		t.Errorf("got %+v", v)
	}
	if r := sluice(t, "verify", images, "--key", key); r.code != 0 || !strings.Contains(r.stdout, "signed  "+v.Signatures[0].Key) {
		t.Errorf("got %+v", r)
	}
	var pair sign.Pair
	decode(t, sluice(t, "keygen", "-o", filepath.Join(dir, "other"), "--no-passphrase", "--output", "json"), &pair)
	for _, args := range [][]string{
		{"verify", images, "--key", pair.Public}, {"pull", images, "-o", out, "--key", pair.Public}, {"check", images, "--key", pair.Public},
		{"copy", images, filepath.Join(dir, "c.tar"), "--key", pair.Public}, {"inspect", images, "--key", pair.Public}, {"sbom", images, "--key", pair.Public},
		{"save", images, "-o", filepath.Join(dir, "s.tar"), "--key", pair.Public}, {"diff", images, images, "--key", pair.Public},
	} {
		sluice(t, args...).wantFailure(t, args[0], "not signed with this key; --key asks for a signature of "+pair.Fingerprint)
	}
	attest := []string{"attest", images, "--sbom", "spdx", "--key", filepath.Join(dir, "k.key"), "--passphrase-file", filepath.Join(dir, "passphrase")}
	if r := sluice(t, attest...); r.code != 0 || !strings.Contains(r.stdout, "application/spdx+json, signed with "+v.Signatures[0].Key) {
		t.Errorf("attest: %+v", r)
	}
	if r := sluice(t, "verify", images, "--key", key, "--attestation", "spdx"); r.code != 0 || !strings.Contains(r.stdout, `"SPDX-2.3"`) {
		t.Errorf("attestation: %+v", r)
	}
	sluice(t, "verify", images, "--key", key, "--attestation", "provenance").wantFailure(t, "provenance", "no attestation that counts")
	sluice(t, "verify", images, "--key", key, "-a", "env=dev").wantFailure(t, "annotation", `"env" is to be "dev"`)
	sluice(t, "verify", images, "--key", key, "--signed-as", "r.example/q").wantFailure(t, "name", "signedAs in a policy")
	if r := sluice(t, "pull", images, "-o", out, "--key", key); r.code != 0 || !strings.Contains(r.stdout, "signed  "+v.Signatures[0].Key+", as r.example/p") {
		t.Errorf("pull: %+v", r)
	}
}

// TestPolicyVariable: a policy in the environment holds for all commands, and a
// key on the command line takes its place.
func TestPolicyVariable(t *testing.T) {
	dir, images := signer(t)
	file := filepath.Join(dir, "policy.yaml")
	os.WriteFile(file, []byte("default: reject\n"), 0o644)
	t.Setenv(policyVariable, file)
	out := filepath.Join(dir, "out.wasm")
	sluice(t, "pull", images, "-o", out).wantFailure(t, "reject", "the default of "+file)
	if r := sluice(t, "pull", images, "-o", out, "--key", filepath.Join(dir, "k.pub")); r.code != 0 {
		t.Errorf("key: %s", r.stderr)
	}
	os.WriteFile(file, []byte("rules: [{images: ['oci:**'], action: signed, keys: [k.pub]}]\n"), 0o644)
	if r := sluice(t, "pull", images, "-o", out); r.code != 0 {
		t.Errorf("signed: %s", r.stderr)
	}
	os.WriteFile(file, []byte("rules: [{images: ['oci:**'], action: sign}]\n"), 0o644)
	sluice(t, "pull", images, "-o", out).wantFailure(t, "bad policy", file+": rules[0].action")
	t.Setenv(policyVariable, file+".gone")
	sluice(t, "pull", images, "-o", out).wantFailure(t, "no policy", "$SLUICE_POLICY: open "+file+".gone")
}

// TestKeyFailures: what is wrong with a key names its file, and no secret.
func TestKeyFailures(t *testing.T) {
	dir, images := signer(t)
	for _, name := range passphraseVariables {
		t.Setenv(name, "wrong-secret")
	}
	key := filepath.Join(dir, "k.key")
	r := sluice(t, "sign", images, "--key", key, "--as", "registry.test/a/b")
	r.wantFailure(t, "wrong", key+": wrong passphrase")
	if strings.Contains(r.stderr, "wrong-secret") {
		t.Error(r.stderr)
	}
	for _, name := range passphraseVariables {
		os.Unsetenv(name)
	}
	sluice(t, "sign", images, "--key", key, "--as", "registry.test/a/b").wantFailure(t, "none", "--passphrase-file")
	sluice(t, "keygen", "-o", filepath.Join(dir, "x")).wantFailure(t, "keygen", "--passphrase-file")
	sluice(t, "sign", images, "--key", filepath.Join(dir, "k.pub"), "--as", "registry.test/a/b").wantFailure(t, "public", "give the private one")
	sluice(t, "verify", images, "--key", key).wantFailure(t, "private", "give the public one")
	sluice(t, "verify", images, "--key", key+"x").wantFailure(t, "missing", "k.keyx")
}

// TestInspectImage: for people and for programs.
func TestInspectImage(t *testing.T) {
	dir, images := signer(t)
	r := sluice(t, "inspect", images, "--key", filepath.Join(dir, "k.pub"))
	for _, part := range []string{"istio          takes it", "says r.example/p, env=prod", "verified", "layer", "plugin.wasm", "ABI"} {
		if !strings.Contains(r.stdout, part) {
			t.Errorf("no %q in\n%s%s", part, r.stdout, r.stderr)
		}
	}
	var d oci.Description
	decode(t, sluice(t, "inspect", images, "--output", "json"), &d)
	if d.Image == nil || len(d.Image.Signatures) != 1 || d.Image.Verified != nil || d.Plugin == nil {
		t.Errorf("got %+v", d)
	}
}

// TestDiff: exit codes, and what is told.
func TestDiff(t *testing.T) {
	dir, images := signer(t)
	other := built(t)
	if err := os.WriteFile(filepath.Join(other, "main.wasm"), []byte("\x00asm\x01\x00\x00\x00"), 0o644); err != nil {
		t.Fatal(err)
	}
	if r := sluice(t, "diff", filepath.Join(dir, "main.wasm"), images, "--exit-code", "--breaking"); r.code != 0 || !strings.HasPrefix(r.stdout, "the same: sha256 ") {
		t.Errorf("same: %+v", r)
	}
	var d oci.Difference
	decode(t, sluice(t, "diff", images, other, "--output", "json"), &d)
	if d.Same || !d.Breaking || d.Old.Digest == "" || d.New.Digest != "" {
		t.Errorf("got %+v", d)
	}
	r := sluice(t, "diff", images, other, "--exit-code")
	r.wantFailure(t, "exit code", "they differ")
	for _, part := range []string{"gateway\n", "! envoy", "! 0_2_1", "gone"} {
		if !strings.Contains(r.stdout, part) {
			t.Errorf("no %q in\n%s", part, r.stdout)
		}
	}
	sluice(t, "diff", images, other, "--breaking").wantFailure(t, "breaking", "breaking changes")
	if r := sluice(t, "diff", other, images, "--breaking"); r.code != 0 {
		t.Errorf("the other way: %+v", r)
	}
	for name, spec := range map[string]string{dir: "{}", other: "{required: [a]}"} {
		os.WriteFile(filepath.Join(name, "spec.yaml"), []byte("openAPIV3Schema: "+spec), 0o644)
	}
	if r := sluice(t, "diff", dir, other); !strings.Contains(r.stdout, "! a") || !strings.Contains(r.stdout, "is required now") {
		t.Errorf("schema: %+v", r)
	}
}

func TestDeadline(t *testing.T) {
	now := time.Date(2030, 1, 1, 0, 0, 0, 500, time.UTC)
	for text, want := range map[string]string{"24h": "2030-01-02T00:00:00Z", "2031-01-01T00:00:00Z": "2031-01-01T00:00:00Z", "": "0001-01-01T00:00:00Z"} {
		if at, err := deadline(text, now); err != nil || at.Format(time.RFC3339) != want {
			t.Errorf("%q: %s, %v", text, at, err)
		}
	}
}

package oci

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci/check/checktest"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// cosign finds the other tool.
func cosign(t *testing.T) string {
	t.Helper()
	path := os.Getenv("COSIGN")
	if path == "" {
		path, _ = exec.LookPath("cosign")
	}
	if path == "" {
		harness.Missing(t, "cosign", "go install github.com/sigstore/cosign/v2/cmd/cosign@v2.4.0, and put it on the PATH or name it with $COSIGN")
	}
	return path
}

// cosign runs the other tool. No transparency log is used, nor any other
// network.
func (u *user) cosign(path, verb string, args ...string) (string, error) {
	u.t.Helper()
	flags := []string{verb}
	switch {
	case strings.HasPrefix(verb, "verify"):
		flags = append(flags, "--insecure-ignore-tlog=true", "--allow-insecure-registry")
	case verb == "sign" || verb == "attest":
		flags = append(flags, "--tlog-upload=false", "--allow-insecure-registry", "-y")
	}
	cmd := exec.Command(path, append(flags, args...)...)
	cmd.Dir = u.home
	cmd.Env = append(os.Environ(), "HOME="+u.home, "DOCKER_CONFIG="+u.home, "COSIGN_PASSWORD=secret", "COSIGN_EXPERIMENTAL=1")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// works is cosign for what must work, and refuses for what must not.
func (u *user) works(path, verb string, args ...string) {
	u.t.Helper()
	if out, err := u.cosign(path, verb, args...); err != nil {
		u.t.Errorf("cosign %s %s: %v\n%s", verb, strings.Join(args, " "), err, out)
	}
}

func (u *user) refuses(path, verb string, args ...string) {
	u.t.Helper()
	if out, err := u.cosign(path, verb, args...); err == nil {
		u.t.Errorf("cosign %s %s accepts:\n%s", verb, strings.Join(args, " "), out)
	}
}

// TestCosign: what one tool signs the other accepts, with keys of either, by tag
// and by referrer, and both refuse the same.
func TestCosign(t *testing.T) {
	path := cosign(t)
	r, u := startRegistry(t, ""), newUser(t, "COSIGN_PASSWORD=secret")
	u.works(path, "generate-key-pair")
	u.run("keygen", "-o", "sluice")
	u.run("keygen", "-o", "edwards", "--kind", "ed25519")
	for _, key := range []string{"cosign", "sluice", "edwards"} {
		for _, form := range []string{"oci", "index"} {
			if form == "index" && key != "sluice" {
				continue // the key makes no difference to it
			}
			for _, storage := range []string{"tag", "referrer"} {
				t.Run(key+" "+form+" "+storage, func(t *testing.T) {
					u := &user{t, u.home, u.env}
					u.both(path, filepath.Join(r.host, key, form, storage), key, form, storage)
				})
			}
		}
	}
}

// both signs with the one tool and verifies with the other.
func (u *user) both(path, at, key, form, storage string) {
	u.t.Helper()
	wasm := filepath.Join(u.home, "p.wasm")
	if err := os.WriteFile(wasm, checktest.Plugin(""), 0o644); err != nil {
		u.t.Fatal(err)
	}
	var flags, sign, verify []string
	if form == "index" {
		flags = []string{"--index"}
	}
	if storage == "referrer" {
		sign, verify = []string{"--registry-referrers-mode=oci-1-1"}, []string{"--experimental-oci11"}
	}
	for _, by := range []string{"sluice", "cosign"} {
		name := at + "/by-" + by + ":1"
		u.run(append([]string{"push", wasm, name, "--plain-http"}, flags...)...)
		u.fails("not signed", "verify", name, "--plain-http", "--key", key+".pub")
		u.refuses(path, "verify", append(verify, "--key", key+".pub", name)...)
		if by == "sluice" {
			u.run("sign", name, "--plain-http", "--key", key+".key", "-a", "env=prod", "--storage", storage)
		} else {
			u.works(path, "sign", append(sign, "--key", key+".key", "-a", "env=prod", name)...)
		}
		u.run("verify", name, "--plain-http", "--key", key+".pub", "-a", "env=prod")
		u.works(path, "verify", append(verify, "--key", key+".pub", "-a", "env=prod", name)...)
		u.fails("annotation", "verify", name, "--plain-http", "--key", key+".pub", "-a", "env=dev")
		u.refuses(path, "verify", append(verify, "--key", key+".pub", "-a", "env=dev", name)...)
		other := map[string]string{"cosign": "sluice", "sluice": "edwards", "edwards": "cosign"}[key]
		u.fails("not signed with this key", "verify", name, "--plain-http", "--key", other+".pub")
		u.refuses(path, "verify", append(verify, "--key", other+".pub", name)...)
	}
}

// TestCosignAttestations: what is attached and signed is what cosign takes for
// provenance and bills.
func TestCosignAttestations(t *testing.T) {
	path := cosign(t)
	r, u := startRegistry(t, ""), newUser(t, "COSIGN_PASSWORD=secret")
	u.run("keygen", "-o", "sluice")
	u.run("keygen", "-o", "other")
	at := r.host + "/team/p:1"
	u.run("push", hello(t), at, "--plain-http", "--sbom", "spdx,cyclonedx", "--provenance", "--sign-key", "sluice.key")
	for _, kind := range []string{"slsaprovenance1", "spdxjson", "cyclonedx"} {
		u.works(path, "verify-attestation", "--key", "sluice.pub", "--type", kind, at)
		u.refuses(path, "verify-attestation", "--key", "other.pub", "--type", kind, at)
	}
	u.works(path, "verify", "--key", "sluice.pub", at)
}

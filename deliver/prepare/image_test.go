package prepare

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/sign"
	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// TestImage: an image's module is in a file of its digest, and the manifest is that
// of the image, also for an index.
func TestImage(t *testing.T) {
	l := newLab(t)
	pushed := l.push("probe:1", probe("one"), "", oci.PackageOptions{Index: true})
	p := l.new()
	m := must(t, p, l.plugin("probe:1"))
	if m.SHA256 != pushed.SHA256 || m.File != filepath.Join(l.o.Dir, m.SHA256+".wasm") || m.Size != int64(len(probe("one"))) || m.FromStore {
		t.Errorf("module %+v", m)
	}
	if m.Digest != pushed.Digest || m.Manifest != pushed.Manifest || m.Manifest == m.Digest {
		t.Errorf("digest %s, manifest %s; want %s and %s", m.Digest, m.Manifest, pushed.Digest, pushed.Manifest)
	}
	if want := "oci://" + l.host + "/probe@" + m.Manifest; m.Pinned() != want {
		t.Errorf("pinned %s, want %s", m.Pinned(), want)
	}
	if want := "oci://" + l.host + "/probe@" + m.Digest; m.Reference() != want {
		t.Errorf("reference %s, want %s", m.Reference(), want)
	}
	code, err := m.Code()
	if err != nil || !bytes.Equal(code, probe("one")) {
		t.Errorf("code of %d bytes, %v", len(code), err)
	}
	again := must(t, p, &wasmplugin.Plugin{Name: "other", URL: m.Pinned()})
	if again.File != m.File || !again.FromStore || again.Manifest != m.Manifest {
		t.Errorf("by the manifest's digest: %+v", again)
	}
}

// TestCapabilities: they are what the module imports and which callbacks it has.
func TestCapabilities(t *testing.T) {
	l := newLab(t)
	l.push("probe:1", probe("one"), "", oci.PackageOptions{})
	got := strings.Join(must(t, l.new(), l.plugin("probe:1")).Capabilities(), " ")
	for _, want := range []string{"proxy_log", "proxy_add_header_map_value", "proxy_on_configure", "proxy_on_response_headers"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	if strings.Contains(got, ".") || strings.Contains(got, "_initialize") {
		t.Errorf("capabilities: %s", got)
	}
}

// TestPullPolicies: a tag is looked up when the policy says so.
func TestPullPolicies(t *testing.T) {
	l := newLab(t)
	for _, tag := range []string{"probe:1", "probe:latest"} {
		l.push(tag, probe("one"), "", oci.PackageOptions{})
		must(t, l.new(), l.plugin(tag))
		l.push(tag, probe("two"), "", oci.PackageOptions{})
	}
	one, two := sha256Of(probe("one")), sha256Of(probe("two"))
	for _, c := range []struct {
		tag    string
		policy wasmplugin.PullPolicy
		want   string
	}{
		{"probe:1", wasmplugin.PullDefault, one},
		{"probe:1", wasmplugin.IfNotPresent, one},
		{"probe:latest", wasmplugin.IfNotPresent, one},
		{"probe:latest", wasmplugin.PullDefault, two},
		{"probe:1", wasmplugin.Always, two},
		{"probe:1", wasmplugin.IfNotPresent, two},
	} {
		w := l.plugin(c.tag)
		w.PullPolicy = c.policy
		if m := must(t, l.new(), w); m.SHA256 != c.want {
			t.Errorf("%s with %q: %s, want %s", c.tag, c.policy, m.SHA256, c.want)
		}
	}
}

// TestImageChecksum: the resource's sha256 is that of the manifest, and a tag that
// moved away from it is no excuse.
func TestImageChecksum(t *testing.T) {
	l := newLab(t)
	one := l.push("probe:1", probe("one"), "", oci.PackageOptions{})
	w := l.plugin("probe:1")
	w.SHA256 = strings.TrimPrefix(one.Manifest, "sha256:")
	must(t, l.new(), w)
	two := l.push("probe:1", probe("two"), "", oci.PackageOptions{})
	if m := must(t, l.new(), w); m.SHA256 != one.SHA256 || !m.FromStore {
		t.Errorf("the store has the image of the checksum: %+v", m)
	}
	w.PullPolicy = wasmplugin.Always
	_, err := l.new().Module(context.Background(), w)
	refused(t, err, Verify, "resource", ErrChecksum)
	w.SHA256 = two.SHA256 // of the module: what people take for it
	_, err = l.new().Module(context.Background(), w)
	refused(t, err, Verify, "resource", ErrChecksum)
	if !strings.Contains(err.Error(), two.Manifest) {
		t.Errorf("%v doesn't name %s", err, two.Manifest)
	}
}

// TestRegistryDown: what the store has stands in, with a warning; what it hasn't is
// an error of the registry's side. A registry that answers is believed.
func TestRegistryDown(t *testing.T) {
	l := newLab(t)
	l.push("probe:latest", probe("one"), "", oci.PackageOptions{})
	must(t, l.new(), l.plugin("probe:latest"))
	_, err := l.new().Module(context.Background(), l.plugin("probe:gone"))
	refused(t, err, Resolve, "registry", nil)
	l.server.Close()
	m := must(t, l.new(), l.plugin("probe:latest"))
	if m.SHA256 != sha256Of(probe("one")) || !m.FromStore || len(m.Warnings) != 1 || !strings.Contains(m.Warnings[0], "registry can't be asked") {
		t.Errorf("module %+v", m)
	}
	_, err = l.new().Module(context.Background(), l.plugin("probe:2"))
	refused(t, err, Resolve, "registry", nil)
	l.o.Store = nil
	_, err = l.new().Module(context.Background(), l.plugin("probe:latest"))
	refused(t, err, Resolve, "registry", nil)
}

// TestUntrusted: an image without the right signature is refused by the policy, also
// when the store has it.
func TestUntrusted(t *testing.T) {
	l := newLab(t)
	key, err := sign.Generate(sign.ECDSA)
	if err != nil {
		t.Fatal(err)
	}
	l.push("probe:1", probe("one"), "", oci.PackageOptions{Index: true})
	must(t, l.new(), l.plugin("probe:1"))
	l.o.OCI.Policy = policy.ForKeys("test", key.Public())
	_, err = l.new().Module(context.Background(), l.plugin("probe:1"))
	refused(t, err, Verify, "policy", policy.ErrUnsigned)
	place, err := oci.ParsePlace(l.host + "/probe:1")
	if err != nil {
		t.Fatal(err)
	}
	plain := l.o.OCI
	plain.Policy = nil
	if _, err := oci.Sign(context.Background(), place, oci.SignOptions{Key: key}, plain); err != nil {
		t.Fatal(err)
	}
	m := must(t, l.new(), l.plugin("probe:1"))
	if m.Verified == nil || len(m.Verified.Signatures) != 1 {
		t.Errorf("verified: %+v", m.Verified)
	}
	// The index is signed, not the manifest in it: who verifies too needs that name.
	if got := must(t, l.new(), &wasmplugin.Plugin{Name: "agent", URL: m.Reference()}); got.SHA256 != m.SHA256 {
		t.Errorf("by reference: %+v", got)
	}
}

// TestTarget: what the gateway wouldn't load is refused before it is written.
func TestTarget(t *testing.T) {
	l := newLab(t)
	dir := t.TempDir()
	for name, code := range map[string][]byte{
		"unknown import": envoytest.Probe("x", "env.proxy_unheard_of"),
		"empty module":   []byte("\x00asm\x01\x00\x00\x00"),
		"truncated":      probe("x")[:200],
	} {
		write(t, filepath.Join(dir, "m.wasm"), code)
		_, err := l.new().Module(context.Background(), &wasmplugin.Plugin{Name: "x", URL: "file://" + dir + "/m.wasm"})
		refused(t, err, Check, "module", nil)
		if exists(filepath.Join(l.o.Dir, sha256Of(code)+".wasm")) {
			t.Errorf("%s: written", name)
		}
	}
}

// TestEvents: every step is told, a failure once.
func TestEvents(t *testing.T) {
	l := newLab(t)
	l.push("probe:1", probe("one"), "", oci.PackageOptions{})
	must(t, l.new(), l.plugin("probe:1"))
	first, last := l.events[0], l.events[len(l.events)-1]
	if first.Step != Fetch || first.Plugin != "istio/gateways/probe" || last.Took == 0 || last.Size == 0 {
		t.Errorf("events %+v … %+v", first, last)
	}
	l.events = nil
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := l.new().Module(ctx, l.plugin("probe:9")); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	if last := l.events[len(l.events)-1]; last.Error == "" {
		t.Errorf("last event %+v", last)
	}
}

package oci

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/sign"
	local "github.com/sluiceproxy/sluice/build/oci/store"
)

const listType = "application/vnd.example.list.v1+json"

func list(content string) Artifact {
	return Artifact{Type: "application/vnd.example.v1", MediaType: listType, Name: "list.json", Content: []byte(content)}
}

func pushArtifact(t *testing.T, a Artifact, to Place) string {
	t.Helper()
	pushed, err := PushArtifact(context.Background(), a, to, nil, quick())
	if err != nil {
		t.Fatal(err)
	}
	return pushed.Digest
}

// TestArtifact: what is pushed is read again, from the registry, and from the store
// when the registry is down, but not where the registry says that there is none.
func TestArtifact(t *testing.T) {
	f, ctx := newFake(t), context.Background()
	at, st := f.at(t, "team/list:latest"), local.New(t.TempDir())
	a := list("one")
	digest := pushArtifact(t, a, at)
	if known, err := a.Digest(); known != digest || err != nil {
		t.Errorf("digest %s, %v, want %s", known, err, digest)
	}
	load := func(lo LoadOptions) (*LoadedArtifact, error) { return LoadArtifact(ctx, at, listType, lo, quick()) }
	for name, lo := range map[string]LoadOptions{"no store": {}, "store": {Store: st}} {
		if got, err := load(lo); err != nil || string(got.Content) != "one" || got.Digest != digest || got.FromStore || len(got.Warnings) > 0 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	pushArtifact(t, list("two"), at)
	if got, err := load(LoadOptions{Store: st, Pull: Never}); err != nil || string(got.Content) != "one" || !got.FromStore {
		t.Errorf("never: %+v, %v", got, err)
	}
	if got, err := load(LoadOptions{Store: st}); err != nil || string(got.Content) != "two" {
		t.Errorf("it was changed: %+v, %v", got, err)
	}
	f.BreakWith(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	})
	if got, err := load(LoadOptions{Store: st}); err != nil || string(got.Content) != "two" || !got.FromStore || len(got.Warnings) != 1 {
		t.Errorf("down: %+v, %v", got, err)
	}
	if _, err := load(LoadOptions{Store: st, Pull: Always}); err == nil {
		t.Error("down, always: no error")
	}
	if _, err := load(LoadOptions{Store: local.New(t.TempDir())}); err == nil || IsMissing(err) {
		t.Errorf("down, an empty store: %v", err)
	}
	f.BreakWith(func(w http.ResponseWriter, r *http.Request) bool { http.NotFound(w, r); return true })
	if _, err := load(LoadOptions{Store: st}); !IsMissing(err) {
		t.Errorf("gone: %v", err)
	}
	f.BreakWith(func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(http.StatusForbidden); return true })
	if got, err := load(LoadOptions{Store: st}); err == nil {
		t.Errorf("forbidden: %+v", got)
	}
}

// TestArtifactOfAnotherKind: a plugin's image is no list, and what is too large is
// neither sent nor read.
func TestArtifactOfAnotherKind(t *testing.T) {
	f, ctx := newFake(t), context.Background()
	other := list("x")
	other.MediaType = "text/plain"
	pushArtifact(t, other, f.at(t, "other:latest"))
	if _, err := Push(ctx, pluginFile(t, ""), f.at(t, "plugin:latest"), nil, PackageOptions{}, quick()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"other", "plugin"} {
		if _, err := LoadArtifact(ctx, f.at(t, name), listType, LoadOptions{Store: local.New(t.TempDir())}, quick()); !errors.Is(err, ErrArtifact) {
			t.Errorf("%s: %v", name, err)
		}
	}
	large := list(strings.Repeat("x", MaxArtifact+1))
	if _, err := PushArtifact(ctx, large, f.at(t, "large"), nil, quick()); err == nil || !strings.Contains(err.Error(), "bytes") {
		t.Errorf("large: %v", err)
	}
	at := f.at(t, "changed:latest")
	pushArtifact(t, list("right"), at)
	f.Lock()
	for name, b := range f.Blobs {
		if strings.HasPrefix(name, "changed/") && string(b) == "right" {
			f.Blobs[name] = []byte("wrong")
		}
	}
	f.Unlock()
	if _, err := LoadArtifact(ctx, at, listType, LoadOptions{}, quick()); !errors.Is(err, image.ErrMismatch) {
		t.Errorf("changed content: %v", err)
	}
}

// TestArtifactPolicy: an artifact is judged as an image is, from the store too.
func TestArtifactPolicy(t *testing.T) {
	f, ctx := newFake(t), context.Background()
	at, st := f.at(t, "team/list:latest"), local.New(t.TempDir())
	key, err := sign.Generate(sign.Ed25519)
	if err != nil {
		t.Fatal(err)
	}
	other, err := sign.Generate(sign.Ed25519)
	if err != nil {
		t.Fatal(err)
	}
	with := func(k *sign.PrivateKey) Options {
		o := quick()
		o.Policy = policy.ForKeys("test", k.Public())
		return o
	}
	var untrusted *policy.UntrustedError
	pushArtifact(t, list("x"), at)
	if _, err := LoadArtifact(ctx, at, listType, LoadOptions{Store: st}, with(key)); !errors.As(err, &untrusted) {
		t.Errorf("unsigned: %v", err)
	}
	if _, err := Sign(ctx, at, SignOptions{Key: key}, quick()); err != nil {
		t.Fatal(err)
	}
	if got, err := LoadArtifact(ctx, at, listType, LoadOptions{Store: st}, with(key)); err != nil || got.Verified == nil {
		t.Errorf("signed: %+v, %v", got, err)
	}
	f.Close()
	if got, err := LoadArtifact(ctx, at, listType, LoadOptions{Store: st}, with(key)); err != nil || len(got.Warnings) != 1 {
		t.Errorf("signed, down: %+v, %v", got, err)
	}
	if _, err := LoadArtifact(ctx, at, listType, LoadOptions{Store: st}, with(other)); !errors.As(err, &untrusted) {
		t.Errorf("another key, down: %v", err)
	}
}

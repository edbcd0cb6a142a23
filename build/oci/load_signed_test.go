package oci

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci/attach"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/sign"
	local "github.com/sluiceproxy/sluice/build/oci/store"
)

// TestLoadUntrusted: a policy is asked about what is in the store, too, and what
// it refuses in a registry gets no record.
func TestLoadUntrusted(t *testing.T) {
	f, st := newFake(t), local.New(filepath.Join(t.TempDir(), "store"))
	push(t, f, "p:1", pluginFile(t, "x"))
	o := quick()
	o.Policy = &policy.Policy{Source: "test"} // it rejects everything
	for _, kept := range []int{0, 1} {
		for _, when := range Whens() {
			var untrusted *policy.UntrustedError
			if _, err := Load(ctx, f.at(t, "p:1"), LoadOptions{Store: st, Pull: when}, o); !errors.As(err, &untrusted) && (kept == 1 || when != Never) {
				t.Errorf("pull %s, with %d images kept: %v", when, kept, err)
			}
		}
		if images, err := st.List(); len(images) != kept || err != nil {
			t.Errorf("%v, %v", images, err)
		}
		if _, err := Load(ctx, f.at(t, "p:1"), LoadOptions{Store: st}, quick()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLoadSigned: what was pulled without a policy is used with one only when
// its signatures are there, in both of the ways in which they are kept; then also
// without the registry.
func TestLoadSigned(t *testing.T) {
	for _, storage := range []attach.Storage{attach.ByTag, attach.ByReferrer} {
		f, st, key := newFake(t), local.New(filepath.Join(t.TempDir(), "store")), newKey(t)
		one := push(t, f, "p:1", pluginFile(t, "x"))
		at := f.at(t, "p:1")
		if _, err := Sign(ctx, at, SignOptions{Key: key, Storage: storage}, quick()); err != nil {
			t.Fatal(err)
		}
		use := func(when When, o Options) error {
			l, err := Load(ctx, at, LoadOptions{Store: st, Pull: when}, o)
			if err == nil && (l.SHA256 != one.SHA256 || l.Verified == nil) {
				t.Errorf("%s: got %+v", storage, l)
			}
			return err
		}
		if err := use(Missing, quick()); err != nil {
			t.Fatal(err)
		}
		if err := use(Never, asking(key)); !errors.Is(err, policy.ErrUnsigned) || !strings.Contains(err.Error(), "--pull missing") {
			t.Errorf("%s, kept without signatures: %v", storage, err)
		}
		for _, when := range []When{Missing, Never, Always} {
			if err := use(when, asking(key)); err != nil {
				t.Errorf("%s, pull %s: %v", storage, when, err)
			}
			if err := use(when, asking(newKey(t))); !errors.Is(err, sign.ErrOtherKey) {
				t.Errorf("%s, pull %s, another key: %v", storage, when, err)
			}
		}
	}
}

package oci

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci/policy"
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

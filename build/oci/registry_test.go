package oci

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oras.land/oras-go/v2/registry/remote/auth"

	"github.com/sluiceproxy/sluice/build/oci/check/checktest"
	"github.com/sluiceproxy/sluice/build/oci/registry"
	"github.com/sluiceproxy/sluice/build/oci/registry/registrytest"
)

// fake is a registry in memory, with a hook in front that breaks it.
type fake struct {
	*httptest.Server
	*registrytest.Registry
}

func newFake(t *testing.T) *fake {
	t.Helper()
	r := registrytest.New()
	f := &fake{httptest.NewServer(r), r}
	t.Cleanup(f.Close)
	return f
}

// at is a place in the registry.
func (f *fake) at(t *testing.T, name string) Place {
	t.Helper()
	return mustPlace(t, strings.TrimPrefix(f.URL, "http://")+"/"+name)
}

func mustPlace(t *testing.T, text string) Place {
	t.Helper()
	p, err := ParsePlace(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// quick reaches fake registries.
func quick() Options {
	return Options{Registry: registry.Options{
		PlainHTTP: true, MaxWait: 5 * time.Millisecond,
		Credential: func(context.Context, string) (auth.Credential, error) { return auth.EmptyCredential, nil },
	}}
}

// pluginFile writes a plugin to a file of the test's own.
func pluginFile(t *testing.T, pad string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "main.wasm")
	if err := os.WriteFile(path, checktest.Plugin(pad), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

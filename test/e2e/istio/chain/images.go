package chain

import (
	"context"
	"os"
	"path/filepath"

	"oras.land/oras-go/v2"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/layout"
	"github.com/sluiceproxy/sluice/build/oci/registry"
)

// PushBytes makes an image of anything and sends it, past the checks that
// sluice push makes.
func (u *User) PushBytes(content []byte, at string) {
	u.t.Helper()
	if err := pushBytes(u.t.TempDir(), content, at); err != nil {
		u.t.Fatalf("push an image of %d bytes to %s: %v", len(content), at, err)
	}
}

func pushBytes(dir string, content []byte, at string) error {
	ctx := context.Background()
	m, err := image.Pack(content, image.Spec{})
	if err != nil {
		return err
	}
	w, err := layout.Create(dir)
	if err != nil {
		return err
	}
	defer w.Close()
	if err := oras.CopyGraph(ctx, m, w, m.Root, oras.CopyGraphOptions{}); err != nil {
		return err
	}
	if err := w.Tag(ctx, m.Root, "x"); err != nil {
		return err
	}
	src, err := oci.ParsePlace("oci:" + dir)
	if err != nil {
		return err
	}
	dst, err := oci.ParsePlace(at)
	if err != nil {
		return err
	}
	_, err = oci.Copy(ctx, src, dst, nil, oci.Options{Registry: registry.Options{PlainHTTP: true}})
	return err
}

// Read returns a file's content.
func (u *User) Read(file string) []byte {
	u.t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		u.t.Fatal(err)
	}
	return content
}

// Write writes a file that every user may read and returns its path.
func (u *User) Write(name string, content []byte) string {
	u.t.Helper()
	path := filepath.Join(u.home, name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		u.t.Fatal(err)
	}
	return path
}

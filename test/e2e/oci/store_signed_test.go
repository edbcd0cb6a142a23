package oci

import (
	"os"
	"testing"
)

// TestSignedOffline: an image that was pulled with a key is verified from the
// store, without its registry.
func TestSignedOffline(t *testing.T) {
	r, u := startRegistry(t, ""), newUser(t)
	at := r.host + "/team/hello:1"
	u.run("push", hello(t), at, "--plain-http")
	u.run("keygen", "-o", "k", "--no-passphrase")
	u.run("keygen", "-o", "other", "--no-passphrase")
	u.fails("not signed", "store", "add", at, "--plain-http", "--key", "k.pub")
	if out := u.run("store", "list"); out != "no images\n" {
		t.Errorf("an image that is not trusted is in the store: %s", out)
	}
	u.run("sign", at, "--key", "k.key", "--plain-http")
	u.run("store", "add", at, "--plain-http", "--key", "k.pub")
	r.Signal(os.Kill)
	<-r.Done()
	u.run("store", "add", at, "--key", "k.pub", "--pull", "never")
	u.fails("not signed with this key", "store", "add", at, "--key", "other.pub", "--pull", "never")
	u.fails("not signed with this key", "run", at, "--key", "other.pub", "--pull", "never")
}

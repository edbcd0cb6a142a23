package chain

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// marker is what the built plugin has in the place of its version.
const marker = "VERSION-0000"

// Version is what the plugin's n-th version calls itself.
func Version(n int) string { return fmt.Sprintf("VERSION-%04d", n) }

// Label is what the plugin's n-th version says with a message.
func Label(n int, message string) string { return Version(n) + " " + message }

// WriteVersion writes the n-th version of a plugin beside it, as new code, and
// returns its path.
func (u *User) WriteVersion(file string, n int) string {
	u.t.Helper()
	code, err := os.ReadFile(file)
	if err != nil {
		u.t.Fatal(err)
	}
	if found := bytes.Count(code, []byte(marker)); found != 1 {
		u.t.Fatalf("%s has %q %d times, want once", file, marker, found)
	}
	path := filepath.Join(u.home, Version(n)+".wasm")
	if err := os.WriteFile(path, bytes.Replace(code, []byte(marker), []byte(Version(n)), 1), 0o600); err != nil {
		u.t.Fatal(err)
	}
	return path
}

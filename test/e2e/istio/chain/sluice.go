package chain

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// User runs the sluice command, with a home directory of its own.
type User struct {
	t    testing.TB
	home string
}

// NewUser returns a user who has run nothing yet.
func NewUser(t testing.TB) *User {
	t.Helper()
	return &User{t, t.TempDir()}
}

// Home is the user's home directory, in which commands run.
func (u *User) Home() string { return u.home }

// Run runs a command that must work and returns what it printed.
func (u *User) Run(args ...string) string {
	u.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, Command(u.t), args...)
	cmd.Dir = u.home
	cmd.Env = append(os.Environ(), "DOCKER_CONFIG="+filepath.Join(u.home, ".docker"), "SLUICE_STORE="+filepath.Join(u.home, ".store"))
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		u.t.Fatalf("sluice %s: %v\n%s%s", strings.Join(args, " "), err, &stdout, &stderr)
	}
	return stdout.String()
}

// Build builds the plugin in dir with sluice build and returns the module's
// path.
func (u *User) Build(dir string) string {
	u.t.Helper()
	file := filepath.Join(u.home, filepath.Base(dir)+".wasm")
	u.Run("build", dir, "-o", file)
	return file
}

// Push sends a module to a registry with sluice push and returns the digest of
// the image's manifest in hexadecimal: what the field sha256 of a WasmPlugin
// wants.
func (u *User) Push(file, image string, flags ...string) string {
	u.t.Helper()
	var pushed struct{ Manifest string }
	args := append([]string{"push", file, image, "--plain-http", "--output", "json"}, flags...)
	if err := json.Unmarshal([]byte(u.Run(args...)), &pushed); err != nil {
		u.t.Fatal(err)
	}
	return strings.TrimPrefix(pushed.Manifest, "sha256:")
}

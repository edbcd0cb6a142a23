package oci

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// buildCommand makes the command once.
var buildCommand = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "sluice-e2e-oci-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "sluice")
	out, err := exec.Command("go", "build", "-o", path, "github.com/sluiceproxy/sluice/cmd/sluice").CombinedOutput()
	if err != nil {
		return string(out), err
	}
	return path, nil
})

func TestMain(m *testing.M) {
	if file := os.Getenv(moduleVariable); file != "" {
		writeModule(file)
		return
	}
	if file := os.Getenv(usageVariable); file != "" {
		os.Exit(tellUsage(file, os.Args[1:]))
	}
	code := m.Run()
	if path, err := buildCommand(); err == nil {
		os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// usageVariable makes the test's binary run a command and write what it used to
// the file that it names.
const usageVariable = "SLUICE_TEST_USAGE"

// tellUsage runs a command as the child of a small process: the system counts
// the memory of who starts a process as the process's.
func tellUsage(file string, args []string) int {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), usageVariable+"=")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	err := cmd.Run()
	if err == nil {
		err = os.WriteFile(file, fmt.Appendf(nil, "%+v", cmd.ProcessState.SysUsage()), 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// user runs the command, in a home of its own.
type user struct {
	t    *testing.T
	home string
	env  []string
}

func newUser(t *testing.T, env ...string) *user {
	t.Helper()
	return &user{t, t.TempDir(), env}
}

func (u *user) command(args ...string) *exec.Cmd {
	u.t.Helper()
	path, err := buildCommand()
	if err != nil {
		u.t.Fatalf("%v: %s", err, path)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	u.t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = u.home
	cmd.Env = append(os.Environ(), "HOME="+u.home, "DOCKER_CONFIG="+filepath.Join(u.home, ".docker"), "SLUICE_STORE="+filepath.Join(u.home, ".store"), "SOURCE_DATE_EPOCH=1700000000")
	cmd.Env = append(cmd.Env, u.env...)
	return cmd
}

// try runs the command and returns what it printed.
func (u *user) try(args ...string) (stdout, stderr string, err error) {
	u.t.Helper()
	cmd := u.command(args...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err = cmd.Run()
	return out.String(), errOut.String(), err
}

// run is try for what must work.
func (u *user) run(args ...string) string {
	u.t.Helper()
	out, errOut, err := u.try(args...)
	if err != nil {
		u.t.Fatalf("sluice %s: %v\n%s%s", strings.Join(args, " "), err, out, errOut)
	}
	return out
}

// fails is try for what must not work, with the words that tell why.
func (u *user) fails(words string, args ...string) {
	u.t.Helper()
	out, errOut, err := u.try(args...)
	if err == nil || !strings.Contains(errOut, words) {
		u.t.Errorf("sluice %s: %v, want %q\n%s%s", strings.Join(args, " "), err, words, out, errOut)
	}
}

// moved is the JSON output that commands have in common.
type moved struct{ Digest, Manifest, SHA256 string }

func (u *user) json(args ...string) moved {
	u.t.Helper()
	var m moved
	if err := json.Unmarshal([]byte(u.run(append(args, "--output", "json")...)), &m); err != nil {
		u.t.Fatal(err)
	}
	return m
}

// hello is a real plugin.
func hello(t *testing.T) string { return harness.BuildPlugin(t, "plugins/hello-world") }

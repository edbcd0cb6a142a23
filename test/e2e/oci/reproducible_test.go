package oci

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestTwoClones: building and packaging in two clones, under two names, gives
// one digest: the time is that of the commit.
func TestTwoClones(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		harness.Missing(t, "git", "put git on the PATH")
	}
	var digests []string
	from := harness.Root(t)
	for _, name := range []string{"one", "another one"} {
		u := newUser(t)
		clone := filepath.Join(u.home, name)
		if out, err := exec.Command("git", "clone", "-q", "--shared", from, clone).CombinedOutput(); err != nil {
			harness.Missing(t, "a clone of the repository", string(out))
		}
		from = clone // what is committed meanwhile is not in question
		dir := filepath.Join(clone, "plugins", "hello-world")
		u.env = append(u.env, "SOURCE_DATE_EPOCH=", "GOCACHE="+goCache(t), "GOMODCACHE="+goEnv(t, "GOMODCACHE"))
		u.run("build", dir)
		digests = append(digests, u.json("package", dir, "-o", "p.tar").Digest)
	}
	if digests[0] != digests[1] || digests[0] == "" {
		t.Errorf("%q", digests)
	}
}

func goCache(t *testing.T) string { return goEnv(t, "GOCACHE") }

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Clean(string(out[:len(out)-1]))
}

// hostile are names that a shell, a terminal or a file system could read as
// something else.
var hostile = []string{
	"$(touch pwned)", "`touch pwned`", "a;touch pwned", "a|touch pwned", "a&&touch pwned", "x\ntouch pwned", "-rf", "--help=x", "../../pwned",
	"a'b", `a"b`, "a\x1b[2Jb", "a b", "*", "~root", "%s%n", "a\\b", "CON.", "\u202egnp",
}

// TestHostileNames: names are names. A plugin of any name is refused or made;
// no shell sees it and nothing is written outside its directory.
func TestHostileNames(t *testing.T) {
	u := newUser(t)
	work := filepath.Join(u.home, "work")
	for _, name := range hostile {
		os.MkdirAll(work, 0o755)
		for _, args := range [][]string{
			{"new", "--dir", filepath.Join(work, "made"), "--", name},
			{"new", "made", "--module", name, "--dir", filepath.Join(work, "module")},
			{"run", "--no-watch", "--httpbin", "off", "--listen", "127.0.0.1:0", "--", filepath.Join(work, name)},
			{"run", "--pull", "never", "--httpbin", "off", "--listen", "127.0.0.1:0", "--", "registry.example/team/" + name},
			{"package", "-o", filepath.Join(work, "p.tar"), "--", name},
		} {
			cmd := u.command(args...)
			cmd.Dir = work
			out, err := cmd.CombinedOutput()
			if args[0] != "new" && err == nil {
				t.Errorf("%q worked: %s", args, out)
			}
			for _, b := range out {
				if b == 0x1b {
					t.Errorf("%q: an escape reaches the terminal: %q", args, out)
					break
				}
			}
		}
		filepath.WalkDir(u.home, func(path string, d os.DirEntry, _ error) error {
			if d != nil && filepath.Base(path) == "pwned" {
				t.Errorf("%q wrote %s", name, path)
			}
			return nil
		})
		os.RemoveAll(work)
	}
}

// TestHostileDirectory: a plugin in a directory of such a name builds, and its
// name is nothing else there either.
func TestHostileDirectory(t *testing.T) {
	u := newUser(t)
	raw, err := os.ReadFile(hello(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"$(touch pwned)", "a;touch pwned", "a'b\"c", "-rf", "x\ny"} {
		dir := filepath.Join(u.home, name)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		os.WriteFile(filepath.Join(dir, "main.wasm"), raw, 0o644)
		u.json("package", dir, "-o", "p.tar")
		if _, err := os.Stat(filepath.Join(u.home, "pwned")); err == nil {
			t.Errorf("%q ran", name)
		}
	}
}

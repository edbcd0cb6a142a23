package compose

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// setupVariable names the file with the setup for the test inside.
const setupVariable = "SLUICE_COMPOSE_SETUP"

// namespace is a run of this test binary as the first process of Linux
// namespaces of its own: network, mounts and processes. When that process
// ends, the kernel ends all others inside.
type namespace struct {
	*harness.Process
	dir string
}

// enter runs the test of that name inside new namespaces.
func enter(t *testing.T, s setup, name string) namespace {
	t.Helper()
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.Dir, "setup.json")
	harness.WriteFile(t, path, string(data))
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child",
		self, "-test.run", "^"+name+"$", "-test.v", "-test.timeout", "4m")
	cmd.Env = append(os.Environ(), setupVariable+"="+path)
	// Control groups are not part of these namespaces: the daemon's stay behind.
	t.Cleanup(removeControlGroups)
	return namespace{harness.Start(t, cmd), s.Dir}
}

// controlGroup is where the daemon keeps the control groups of its containers.
const controlGroup = "sluice-compose-test"

// removeControlGroups removes what the daemon left in each hierarchy of control
// groups; a directory there can be removed once no process is in it.
func removeControlGroups() {
	for _, pattern := range []string{"/sys/fs/cgroup/", "/sys/fs/cgroup/*/"} {
		roots, _ := filepath.Glob(pattern + controlGroup)
		for _, root := range roots {
			inner, _ := filepath.Glob(root + "/*/")
			for _, dir := range append(inner, root) {
				_ = syscall.Rmdir(dir)
			}
		}
	}
}

// idFile is where the test inside writes the identity of its namespace.
func idFile(dir string) string { return filepath.Join(dir, "namespace") }

// left returns the processes that live in the namespace, as seen from outside.
func (n namespace) left() []string {
	id, err := os.ReadFile(idFile(n.dir))
	if err != nil {
		return []string{err.Error()}
	}
	var left []string
	links, _ := filepath.Glob("/proc/[0-9]*/ns/pid")
	for _, link := range links {
		if ns, err := os.Readlink(link); err == nil && ns == string(id) {
			left = append(left, describe(filepath.Dir(filepath.Dir(link))))
		}
	}
	return left
}

// settle makes the new namespaces usable: it writes down which they are, brings
// up the loopback interface, and mounts empty memory where the daemon writes,
// because overlay file systems can't be stacked on every disk.
func settle(t *testing.T, dir string, memory ...string) {
	t.Helper()
	if os.Getpid() != 1 {
		t.Fatalf("not the first process of a namespace but process %d", os.Getpid())
	}
	id, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		t.Fatal(err)
	}
	harness.WriteFile(t, idFile(dir), id)
	if err := loopbackUp(); err != nil {
		t.Fatalf("bring up lo: %v", err)
	}
	for _, target := range memory {
		if err := syscall.Mount("tmpfs", target, "tmpfs", 0, "mode=755"); err != nil {
			t.Fatalf("mount tmpfs on %s: %v", target, err)
		}
	}
}

// loopbackUp does what "ip link set lo up" does.
func loopbackUp() error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	request := struct {
		name  [syscall.IFNAMSIZ]byte
		flags uint16
		_     [22]byte
	}{flags: syscall.IFF_UP}
	copy(request.name[:], "lo")
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request)))
	if errno != 0 {
		return errno
	}
	return nil
}

// running returns the processes here whose program has that name.
func running(t *testing.T, program string) []string {
	t.Helper()
	var found []string
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		if exe, err := os.Readlink(dir + "/exe"); err == nil && filepath.Base(exe) == program {
			found = append(found, describe(dir))
		}
	}
	return found
}

// waitAlone waits until this process is the only one left in its namespace. As
// the first process it has inherited the orphans, and reaps them.
func waitAlone(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		for {
			if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 || err != nil {
				break
			}
		}
		dirs, _ := filepath.Glob("/proc/[0-9]*")
		if len(dirs) == 1 {
			return
		}
		if time.Now().After(deadline) {
			for _, dir := range dirs {
				t.Errorf("left in the namespace: %s", describe(dir))
			}
			return
		}
	}
}

// describe returns the process id and command line of the process whose
// directory in /proc is dir.
func describe(dir string) string {
	line, _ := os.ReadFile(dir + "/cmdline")
	return fmt.Sprintf("%s (%s)", filepath.Base(dir), strings.TrimSpace(strings.ReplaceAll(string(line), "\x00", " ")))
}

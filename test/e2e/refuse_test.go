package e2e

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// unknownImport is a module that imports env.proxy_teleport and exports what a
// plugin must:
//
//	(module
//	  (import "env" "proxy_teleport" (func))
//	  (func (export "proxy_abi_version_0_2_1"))
//	  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
//	  (memory (export "memory") 1))
const unknownImport = "\x00asm\x01\x00\x00\x00" +
	"\x01\x09\x02\x60\x00\x00\x60\x01\x7f\x01\x7f" +
	"\x02\x16\x01\x03env\x0eproxy_teleport\x00\x00" +
	"\x03\x03\x02\x00\x01" +
	"\x05\x03\x01\x00\x01" +
	"\x07\x2d\x03\x17proxy_abi_version_0_2_1\x00\x01\x06malloc\x00\x02\x06memory\x02\x00" +
	"\x0a\x0a\x02\x02\x00\x0b\x05\x00\x41\x80\x08\x0b"

// noABI is a module that says no ABI version:
//
//	(module
//	  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
//	  (memory (export "memory") 1))
const noABI = "\x00asm\x01\x00\x00\x00" +
	"\x01\x06\x01\x60\x01\x7f\x01\x7f" +
	"\x03\x02\x01\x00" +
	"\x05\x03\x01\x00\x01" +
	"\x07\x13\x02\x06malloc\x00\x00\x06memory\x02\x00" +
	"\x0a\x07\x01\x05\x00\x41\x80\x08\x0b"

// TestRefusedModules shows that what stock Envoy would refuse is refused before
// it gets there, with the cause and what to do.
func TestRefusedModules(t *testing.T) {
	good := module(t, "plugins/hello-world")
	for _, c := range []struct{ name, code, says string }{
		{"no ABI export", noABI, "proxy_abi_version"},
		{"unknown import", unknownImport, "proxy_teleport"},
		{"truncated", good[:len(good)/2], "truncated"},
		{"text", "package main\n\nfunc main() {}\n", "text"},
		{"empty", "", "empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := write(t, "main.wasm", c.code)
			for _, command := range [][]string{
				{"inspect", file},
				{"run", file, "--listen", harness.Addr(harness.FreePort(t)), "--httpbin", "off", "--admin", "off"},
			} {
				p := harness.Start(t, sluice(t, command...))
				if code := p.Wait(readyTimeout); code != 1 {
					t.Errorf("%s: exit code is %d, want 1", command[0], code)
				}
				if !strings.Contains(p.Output(), c.says) {
					t.Errorf("%s does not say %q: %s", command[0], c.says, p.Output())
				}
			}
		})
	}
}

// TestBadInput shows that each command says in one line what is wrong, exits
// with 2 for wrong usage and 1 for a failure, and leaves nothing behind.
func TestBadInput(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	hello := plugin(t, "hello-world")
	broken := write(t, "config.yaml", "mockEnable: [\n")
	routes := write(t, "routes.yaml", "routes:\n- {name: a, prefx: /, cluster: httpbin}\n")
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no command", []string{"fly"}, 2, "fly"},
		{"unknown flag", []string{"run", hello, "--turbo"}, 2, "--turbo"},
		{"unknown engine", []string{"run", hello, "--engine", "nginx"}, 2, "nginx"},
		{"too many arguments", []string{"inspect", "a.wasm", "b.wasm"}, 2, ""},
		{"run: missing directory", []string{"run", "no/such/dir"}, 1, "no/such/dir"},
		{"run: port in use", []string{"run", hello, "--listen", busy.Addr().String(), "--httpbin", "off"}, 1, "in use"},
		{"run: not YAML", []string{"run", hello, "--config", broken, "--httpbin", "off"}, 1, "config.yaml"},
		{"run: unknown key", []string{"run", hello, "--routes", routes, "--httpbin", "off"}, 1, "prefx"},
		{"run: no Envoy there", []string{"run", hello, "--engine", "envoy", "--envoy", "no/such/envoy"}, 1, "no/such/envoy"},
		{"build: missing directory", []string{"build", "no/such/dir"}, 1, "no/such/dir"},
		{"inspect: missing file", []string{"inspect", "no.wasm"}, 1, "no.wasm"},
		{"new: bad name", []string{"new", "../up"}, 2, "../up"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, tmp := t.TempDir(), t.TempDir()
			cmd := sluice(t, c.args...)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "TMPDIR="+tmp)
			p := harness.Start(t, cmd)
			if code := p.Wait(readyTimeout); code != c.code {
				t.Errorf("exit code is %d, want %d", code, c.code)
			}
			if out := p.Output(); !strings.Contains(out, c.says) || !strings.Contains(out, "sluice: ") {
				t.Errorf("the output does not say %q: %s", c.says, out)
			}
			leftBehind(t, dir)
			leftBehind(t, tmp)
		})
	}
}

// TestNoGo shows what a machine without the Go toolchain is told.
func TestNoGo(t *testing.T) {
	for _, command := range []string{"build", "run"} {
		cmd := sluice(t, command, plugin(t, "hello-world"))
		cmd.Env = append(os.Environ(), "PATH="+t.TempDir())
		p := harness.Start(t, cmd)
		if code := p.Wait(readyTimeout); code != 1 {
			t.Errorf("%s: exit code is %d, want 1", command, code)
		}
		if !strings.Contains(p.Output(), "Go") || !strings.Contains(p.Output(), "PATH") {
			t.Errorf("%s: the output does not say that Go is missing: %s", command, p.Output())
		}
	}
}

// module returns the bytes of a plugin that plain Go built.
func module(t *testing.T, dir string) string {
	t.Helper()
	code, err := os.ReadFile(harness.BuildPlugin(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	return string(code)
}

// leftBehind fails if a directory that was empty is not.
func leftBehind(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) > 0 {
		t.Errorf("left behind: %v %v", files, err)
	}
}

package fault

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/vet"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// toolchain are faults 25 to 27: what is refused before any gateway sees it.
func toolchain() []fault {
	out := []fault{{n: 25, name: "os.Exit, log.Fatal, time.Sleep, net, files, a channel, recursion in the source",
		sees: "sluice vet: blocking, exit, exit, files, network, recursion, timers, each with file and line", run: vetted}}
	for _, c := range []struct{ name, module, function string }{
		{"a host function that only Higress has", "env", "proxy_redis_call"},
		{"a host function that nobody has", "env", "proxy_no_such_call"},
		{"a system call that no gateway has", "wasi_snapshot_preview1", "sock_open"},
	} {
		out = append(out, fault{n: 26, name: c.name, sees: "refused for envoy, " + c.function + " is named", run: func(*bed) string {
			err := build.Check(module([2]string{c.module, c.function}, "proxy_abi_version_0_2_1"), build.Envoy)
			if err == nil {
				return "taken"
			}
			if !strings.Contains(err.Error(), c.function) {
				return "refused, without the name: " + err.Error()
			}
			return "refused for envoy, " + c.function + " is named"
		}})
	}
	for _, c := range []struct{ name, export, envoy, higress string }{
		{"ABI 0.2.1 only", "proxy_abi_version_0_2_1", "taken", "taken"},
		{"ABI 0.2.100 only", "proxy_abi_version_0_2_100", "refused", "taken"},
		{"an unknown ABI", "proxy_abi_version_9_9_9", "refused", "refused"},
	} {
		out = append(out, fault{n: 27, name: c.name, sees: "envoy: " + c.envoy + ", higress: " + c.higress, run: func(b *bed) string {
			code := module([2]string{"env", "proxy_log"}, c.export)
			verdict := func(t build.Target) string {
				if err := build.Check(code, t); err != nil {
					b.Logf("%v", err)
					return "refused"
				}
				return "taken"
			}
			return "envoy: " + verdict(build.Envoy) + ", higress: " + verdict(build.Higress)
		}})
	}
	return out
}

// vetted says which rules find something in a plugin full of mistakes.
func vetted(b *bed) string {
	report, err := vet.Run(context.Background(), vet.Options{Dir: filepath.Join(harness.Root(b), "test/fault/testdata/vetted")})
	if err != nil {
		return err.Error()
	}
	var rules []string
	for _, f := range report.Findings {
		b.Logf("%s", f)
		if filepath.Base(f.File) != "main.go" || f.Line == 0 {
			return "no place: " + f.String()
		}
		rules = append(rules, f.Rule)
	}
	slices.Sort(rules)
	return "sluice vet: " + strings.Join(rules, ", ") + ", each with file and line"
}

// module is a WebAssembly module that imports one function and exports, besides
// what every plugin does, the function abi.
func module(imported [2]string, abi string) []byte {
	name := func(s string) string { return string(rune(len(s))) + s }
	section := func(id byte, body string) string { return string([]byte{id, byte(len(body))}) + body }
	exports := "\x03" + name(abi) + "\x00\x01" + name("malloc") + "\x00\x02" + name("memory") + "\x02\x00"
	return []byte("\x00asm\x01\x00\x00\x00" +
		section(1, "\x02\x60\x00\x00\x60\x01\x7f\x01\x7f") + // func(), func(i32) i32
		section(2, "\x01"+name(imported[0])+name(imported[1])+"\x00\x00") +
		section(3, "\x02\x00\x01") +
		section(5, "\x01\x00\x01") +
		section(7, exports) +
		section(10, "\x02\x02\x00\x0b\x04\x00\x20\x00\x0b"))
}

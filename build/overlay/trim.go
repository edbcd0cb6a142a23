package overlay

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// An edit puts one text in the place of another one, which the file has once.
type edit struct{ path, file, old, new string }

// A part is what is left out of Go's runtime: V8 compiles what is linked, also
// where no plugin can ever reach it.
type part struct {
	name  string // for people: "the runtime without ..."
	edits []edit
	// unless is a package that needs the part, direct one that needs it where
	// anything but the standard library imports it, and names those of package
	// runtime that need it.
	unless, direct string
	names          []string
}

// Each edit makes a condition false that is false in every plugin, so that the
// compiler leaves out what is behind it. A toolchain whose text differs keeps the
// part.
var parts = []part{
	{name: "the execution tracer", unless: "runtime/trace", names: []string{"StartTrace", "StopTrace", "ReadTrace"}, edits: []edit{
		{"runtime", "traceruntime.go", "func traceEnabled() bool {\n\treturn trace.enabled\n", "func traceEnabled() bool {\n\treturn false\n"},
		{"runtime", "traceruntime.go", "\treturn trace.enabledWithAllocFree\n", "\treturn false\n"},
		{"runtime", "traceruntime.go", "\treturn trace.shutdown.Load()\n", "\treturn false\n"},
		{"runtime", "traceruntime.go", "\treturn tl.gen != 0\n", "\treturn false\n"},
	}},
	// GODEBUG=schedtrace, which without a thread of its own only shows in a crash.
	{name: "traces of the scheduler", edits: []edit{
		{"runtime", "panic.go", "if debug.schedtrace > 0 || debug.scheddetail > 0 {", "if false {"},
	}},
	// GODEBUG=checkfinalizers
	{name: "checks of finalizers", edits: []edit{
		{"runtime", "mgc.go", "\t\tif debug.checkfinalizers > 0 {\n\t\t\tcheck", "\t\tif false {\n\t\t\tcheck"},
		{"runtime", "mgc.go", "\tif debug.checkfinalizers > 0 {\n\t\tfq", "\tif false {\n\t\tfq"},
	}},
	// GODEBUG=tracebackancestors
	{name: "stacks of ancestors", edits: []edit{
		{"runtime", "proc.go", "if debug.tracebackancestors <= 0 ||", "if true ||"},
		{"runtime", "traceback.go", "if gp.ancestors == nil {", "if true {"},
	}},
	// Of memory, where the runtime finds its own stack or heap broken.
	{name: "hex dumps", edits: []edit{
		{"runtime", "hexdump.go", "mark func(uintptr, hexdumpMarker)) {\n", "mark func(uintptr, hexdumpMarker)) {\n\tif true {\n\t\treturn\n\t}\n"},
	}},
	{name: "C", edits: []edit{
		{"runtime", "traceback.go", "\treturn cgoTraceback != nil && _cgo_call_traceback_function != nil\n", "\treturn false\n"},
		{"runtime", "traceback.go", "\treturn cgoSymbolizer != nil && _cgo_call_symbolizer_function != nil\n", "\treturn false\n"},
	}},
	// A module can't start a thread: this one fails as it would later.
	{name: "threads", edits: []edit{
		{"runtime", "proc.go", "func newm(fn func(), pp *p, id int64) {\n", "func newm(fn func(), pp *p, id int64) {\n\tif true {\n\t\tthrow(\"newosproc: not implemented\")\n\t}\n"},
	}},
	// It counts memory as given back, which a module can't give, and so only takes
	// time. debug.FreeOSMemory and memory limits do without it.
	{name: "the background scavenger", edits: []edit{
		{"runtime", "mgc.go", "\tgo bgscavenge(c)\n\t<-c\n\t<-c\n", "\t<-c\n"},
	}},
	// Types of several modules in one process, from -buildmode=plugin.
	{name: "Go plugins", unless: "plugin", edits: []edit{
		{"runtime", "proc.go", "\ttypelinksinit() // uses maps, activeModules\n", ""},
	}},
	{name: "the check of the linker's tables", edits: []edit{
		{"runtime", "proc.go", "\tmoduledataverify()\n", ""},
	}},
	// Directories, which no gateway opens for a plugin. Others than os don't look.
	{name: "open directories", unless: "os", direct: "syscall", edits: []edit{
		{"syscall", "fs_wasip1.go", "func init() {\n\tdirNameBuf := make([]byte, 256)\n", "func init() {\n\tif true {\n\t\treturn\n\t}\n\tdirNameBuf := make([]byte, 256)\n"},
	}},
	// GODEBUG=cpu.*, of which WebAssembly has none.
	{name: "choices of processors' features", edits: []edit{
		{"internal/cpu", "cpu.go", "\tprocessOptions(env)\n", ""},
	}},
}

// trim writes the files of the runtime without the parts that the plugin does not
// need to dir, adds them to files, and returns the names of the parts.
func trim(packages []pkg, dir string, files map[string]string) (trimmed []string, err error) {
	texts := map[string]string{}
	for _, p := range parts {
		if p.needed(packages) {
			continue
		}
		fits, err := p.edit(packages, texts)
		if err != nil {
			return nil, err
		}
		if fits {
			trimmed = append(trimmed, p.name)
		}
	}
	for name, text := range texts {
		by := filepath.Join(dir, "overlay-"+filepath.Base(filepath.Dir(name))+"-"+filepath.Base(name))
		if err := os.WriteFile(by, []byte(text), 0o600); err != nil {
			return nil, fmt.Errorf("a file for the compiler: %w", err)
		}
		files[name] = by
	}
	return trimmed, nil
}

// needed reports whether the plugin can reach the part.
func (p *part) needed(packages []pkg) bool {
	return slices.ContainsFunc(packages, func(of pkg) bool {
		if p.unless != "" && of.ImportPath == p.unless {
			return true
		}
		if p.direct != "" && !of.Standard && slices.Contains(of.Imports, p.direct) {
			return true
		}
		if len(p.names) == 0 || of.Standard || !slices.Contains(of.Imports, "runtime") {
			return false
		}
		names, ok := of.uses("runtime")
		return !ok || slices.ContainsFunc(names, func(name string) bool { return slices.Contains(p.names, name) })
	})
}

// edit changes the texts of files, which are read as they are needed. Where one
// edit doesn't fit, none is made.
func (p *part) edit(packages []pkg, texts map[string]string) (fits bool, err error) {
	changed := map[string]string{}
	for _, e := range p.edits {
		at := slices.IndexFunc(packages, func(p pkg) bool { return p.ImportPath == e.path && p.Standard })
		if at < 0 {
			return false, nil
		}
		name := filepath.Join(packages[at].Dir, e.file)
		text, ok := changed[name]
		if !ok {
			text, ok = texts[name]
		}
		if !ok {
			b, err := os.ReadFile(name)
			if errors.Is(err, os.ErrNotExist) {
				return false, nil
			}
			if err != nil {
				return false, fmt.Errorf("the toolchain's source: %w", err)
			}
			text = string(b)
		}
		if strings.Count(text, e.old) != 1 {
			return false, nil
		}
		changed[name] = strings.Replace(text, e.old, e.new, 1)
	}
	for name, text := range changed {
		texts[name] = text
	}
	return true, nil
}

package build

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/sluiceproxy/sluice/build/wasm"
)

// Inspect describes a module and lists the reasons for which gateways would
// refuse it. A file that is no module, or a broken one, gets a report too, with
// the reason among its problems. The error is for a failure of Inspect itself.
func Inspect(code []byte) (*Report, error) {
	f := readFacts(code)
	digest := sha256.Sum256(code)
	r := f.report()
	r.SHA256, r.Size = hex.EncodeToString(digest[:]), len(code)
	return r, measure(r, f.module, code)
}

// report is what the facts say, without sizes and digest.
func (f *facts) report() *Report {
	r := &Report{
		Kind:     string(f.kind),
		ABI:      nonNil(f.abi),
		Imports:  f.describeImports(),
		Problems: nonNil(f.problems()),
		Warnings: nonNil(f.warnings()),
	}
	r.Callbacks, r.Exports = f.describeExports()
	if f.module != nil {
		f.describeOrigin(r)
	}
	return r
}

// facts are what is read out of a module before anything is judged.
type facts struct {
	kind     wasm.Kind
	module   *wasm.Module
	imports  []wasm.Import
	exports  []wasm.Export
	memories []wasm.Limits
	abi      []string
	broken   error // why the module can't be read
}

func readFacts(code []byte) *facts {
	f := &facts{kind: wasm.KindOf(code)}
	if f.kind != wasm.KindModule {
		return f
	}
	f.module, f.broken = wasm.Decode(code)
	f.read()
	return f
}

// read takes from the module what is judged, unless it is broken.
func (f *facts) read() {
	m := f.module
	if m == nil {
		return
	}
	for _, read := range []func() error{
		func() (err error) { f.imports, err = m.Imports(); return err },
		func() (err error) { f.exports, err = m.Exports(); return err },
		func() (err error) { f.memories, err = m.Memories(); return err },
	} {
		if err := read(); err != nil && f.broken == nil {
			f.broken = err
		}
	}
	if f.broken == nil && !m.Complete() {
		f.broken = fmt.Errorf("%w: functions without code", wasm.ErrTruncated)
	}
	for _, e := range f.exports {
		if version, ok := strings.CutPrefix(e.Name, abiPrefix); ok && e.Kind == wasm.ExternFunc {
			f.abi = append(f.abi, version)
		}
	}
}

func (f *facts) describeImports() []Import {
	out := []Import{}
	var types []wasm.FuncType
	if f.module != nil {
		types, _ = f.module.Types() // unknown types leave the signature out
	}
	for _, i := range f.imports {
		d := Import{Name: i.String(), Kind: i.Kind.String(), Gateways: nonNil(availabilityOf(i, f.stockABI()).gateways())}
		if i.Kind == wasm.ExternFunc && int64(i.Type) < int64(len(types)) {
			d.Type = types[i.Type].String()
		}
		out = append(out, d)
	}
	return out
}

func (f *facts) describeExports() (callbacks, others []string) {
	callbacks, others = []string{}, []string{}
	for _, e := range f.exports {
		switch {
		case strings.HasPrefix(e.Name, abiPrefix):
		case strings.HasPrefix(e.Name, "proxy_on_") && e.Kind == wasm.ExternFunc:
			callbacks = append(callbacks, e.Name)
		default:
			others = append(others, e.Name)
		}
	}
	return callbacks, others
}

// describeOrigin adds the memory, the tools and what Go recorded.
func (f *facts) describeOrigin(r *Report) {
	if len(f.memories) > 0 {
		r.Memory = &Memory{MinPages: f.memories[0].Min, MaxPages: f.memories[0].Max}
	}
	producers, _ := f.module.Producers() // a hint at most: a broken one is left out
	for _, p := range producers {
		r.Tools = append(r.Tools, strings.TrimSpace(p.Name+" "+p.Version))
	}
	if info := f.module.BuildInfo(); info != nil {
		r.Go = goInfo(info)
	}
}

func goInfo(info *debug.BuildInfo) *GoInfo {
	g := &GoInfo{Version: info.GoVersion, Package: info.Path}
	if info.Main.Path != "" {
		g.Module = atVersion(&info.Main)
	}
	for _, d := range info.Deps {
		g.Deps = append(g.Deps, atVersion(d))
	}
	for _, s := range info.Settings {
		g.Settings = append(g.Settings, s.Key+"="+s.Value)
	}
	return g
}

func atVersion(m *debug.Module) string {
	if m.Replace != nil {
		return m.Path + "@" + m.Version + " => " + m.Replace.Path
	}
	return m.Path + "@" + m.Version
}

// measure adds the compressed sizes.
func measure(r *Report, m *wasm.Module, code []byte) (err error) {
	r.Sections = []Section{}
	if m != nil {
		for _, s := range m.Sections {
			size, err := gzipSize(s.Content)
			if err != nil {
				return err
			}
			r.Sections = append(r.Sections, Section{Name: sectionName(s), Size: s.Size, Gzip: size})
		}
	}
	r.Gzip, err = gzipSize(code)
	return err
}

// sectionName is the name of a section in reports.
func sectionName(s wasm.Section) string {
	if s.ID == wasm.SectionCustom {
		return fmt.Sprintf("custom %q", s.Name)
	}
	return s.ID.String()
}

// gzipSize is how many bytes b has after compression at the default level.
func gzipSize(b []byte) (int, error) {
	var n counter
	w := gzip.NewWriter(&n)
	if _, err := w.Write(b); err != nil {
		return 0, err
	}
	err := w.Close()
	return int(n), err
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// nonNil keeps an empty list from becoming null in JSON.
func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

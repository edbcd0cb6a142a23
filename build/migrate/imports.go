package migrate

import (
	"bytes"
	"go/ast"
	"path"
	"strings"
)

// Paths of SDKs that plugins import: the wrapper's packages and the raw SDK's.
var (
	wrapperPaths = []string{
		"github.com/higress-group/wasm-go/pkg/", "github.com/alibaba/higress/plugins/wasm-go/pkg/", "github.com/mse-group/wasm-extensions-go/pkg/",
	}
	rawPaths = []string{"github.com/higress-group/proxy-wasm-go-sdk/", "github.com/proxy-wasm/proxy-wasm-go-sdk/", "github.com/tetratelabs/proxy-wasm-go-sdk/"}
)

const sdk = "github.com/sluiceproxy/sluice/sdk/"

// Packages of this SDK by that of the others. Those that are missing have no
// counterpart: they stay, and are built through package build/compat.
var (
	wrapperPackages = map[string]string{
		"wrapper": sdk + "wrapper", "log": sdk + "log", "iface": sdk + "wrapper", "matcher": sdk + "compat/rules",
	}
	rawPackages = map[string]string{
		"proxywasm": sdk + "proxywasm", "proxywasm/types": sdk + "proxywasm/types", "proxywasm/proxytest": sdk + "compat/emulator",
	}
)

// libraries are those that only TinyGo needed, and what takes their place; empty
// is nothing.
var libraries = map[string]string{
	"github.com/wasilibs/go-re2":    "regexp",
	"github.com/wasilibs/nottinygc": "",
}

// counterpart returns what takes the place of an import. known says whether the
// import is of one of the SDKs.
func counterpart(full string) (to string, known bool) {
	for _, prefix := range wrapperPaths {
		if rest, ok := strings.CutPrefix(full, prefix); ok {
			return wrapperPackages[rest], true
		}
	}
	for _, prefix := range rawPaths {
		if rest, ok := strings.CutPrefix(full, prefix); ok {
			return rawPackages[rest], true
		}
	}
	return "", false
}

// usesSDK says whether a file imports an SDK, an other one or this one, or a
// library that is replaced.
func (f *file) usesSDK() bool {
	for _, spec := range f.ast.Imports {
		full := importPath(spec)
		_, known := counterpart(full)
		if _, library := libraries[full]; known || library || strings.HasPrefix(full, sdk) {
			return true
		}
	}
	return false
}

func (f *file) rewriteImports() {
	for _, spec := range f.ast.Imports {
		full := importPath(spec)
		to, known := counterpart(full)
		library, found := libraries[full]
		switch {
		case found && library == "":
			f.removeImport(spec, full)
		case found:
			f.redirect(spec, full, library)
		case known && to == "":
			f.manual = append(f.manual, f.at(spec.Pos(), "%s has no counterpart in this SDK and stays; it is built through the compatibility modules", full))
		case known:
			f.redirect(spec, full, to)
		}
	}
}

// packageNames are those that differ from the last element of their path.
var packageNames = map[string]string{"github.com/wasilibs/go-re2": "re2"}

// redirect gives an import another path. The package keeps the name that it has
// in the file.
func (f *file) redirect(spec *ast.ImportSpec, from, to string) {
	name := packageNames[from]
	if name == "" {
		name = path.Base(from)
	}
	if spec.Name != nil {
		name = spec.Name.Name
	}
	text := `"` + to + `"`
	if name != path.Base(to) {
		text = name + " " + text
	}
	f.replace(spec.Pos(), spec.Path.End(), text)
	f.changes = append(f.changes, f.at(spec.Pos(), "import %s instead of %s", to, from))
}

// removeImport takes out an import, with its line if nothing else is on it.
func (f *file) removeImport(spec *ast.ImportSpec, full string) {
	f.changes = append(f.changes, f.at(spec.Pos(), "do not import %s, which only TinyGo needs", full))
	start, end := f.offset(spec.Pos()), f.offset(spec.End())
	for _, decl := range f.ast.Decls {
		if g, ok := decl.(*ast.GenDecl); ok && !g.Lparen.IsValid() && g.Pos() < spec.Pos() && spec.End() <= g.End() {
			start = f.offset(g.Pos())
		}
	}
	lineStart := bytes.LastIndexByte(f.src[:start], '\n') + 1
	lineEnd := end
	if i := bytes.IndexByte(f.src[end:], '\n'); i >= 0 {
		lineEnd = end + i + 1
	}
	before, after := f.src[lineStart:start], f.src[end:lineEnd]
	if len(bytes.TrimSpace(before)) == 0 && (len(bytes.TrimSpace(after)) == 0 || bytes.HasPrefix(bytes.TrimSpace(after), []byte("//"))) {
		start, end = lineStart, lineEnd
	}
	f.edits = append(f.edits, edit{start, end, ""})
}

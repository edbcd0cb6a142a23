package pages

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestMetricNames: docs/observability.md lists the metrics that the SDK defines
// itself, with their labels, and no others.
func TestMetricNames(t *testing.T) {
	inCode := ownMetrics(t, filepath.Join(harness.Root(t), "sdk"))
	_, page, _ := strings.Cut(harness.ReadFile(t, "docs/observability.md"), "### Names that the SDK itself uses\n")
	page, _, _ = strings.Cut(page, "\n## ")
	inPage := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|([^|]*)\\|").FindAllStringSubmatch(page, -1) {
		inPage[row[1]] = strings.Trim(strings.NewReplacer("`", "", " ", "").Replace(row[2]), ",")
	}
	if !maps.Equal(inCode, inPage) {
		t.Errorf("the code has %v, the page %v", inCode, inPage)
	}
	for name := range inCode {
		if !strings.HasPrefix(name, "sluice_") {
			t.Errorf("%s does not begin with sluice_", name)
		}
	}
	if len(inCode) < 5 {
		t.Errorf("only %d names found", len(inCode))
	}
}

// defining are the functions that define a metric, by their last name.
var defining = []string{"DefineCounterMetric", "DefineGaugeMetric", "DefineHistogramMetric", "NewCounterVec", "NewGaugeVec", "NewHistogramVec", "tally"}

// ownMetrics finds the metrics below a directory, with their labels, joined by
// commas. Packages that are only handed names, and internal ones that are programs
// for tests, have none of their own.
func ownMetrics(t *testing.T, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		switch name, _ := filepath.Rel(root, path); filepath.ToSlash(name) {
		case "compat", "proxywasm", "call/internal/ops", "plugintest":
			return fs.SkipDir
		}
		if d.Name() == "testdata" {
			return fs.SkipDir
		}
		files, err := filepath.Glob(filepath.Join(path, "*.go"))
		if err == nil {
			metricsOf(t, files, found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// metricsOf finds the metrics of one package.
func metricsOf(t *testing.T, files []string, found map[string]string) {
	t.Helper()
	var parsed []*ast.File
	set := token.NewFileSet()
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
	}
	constants := map[string]string{}
	for _, f := range parsed {
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == len(spec.Names) {
				for i, name := range spec.Names {
					constants[name.Name] = literal(spec.Values[i])
				}
			}
			return true
		})
	}
	for _, f := range parsed {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 || !slices.Contains(defining, called(call)) {
				return true
			}
			name := literal(call.Args[0])
			if id, ok := call.Args[0].(*ast.Ident); ok {
				name = constants[id.Name]
			}
			if name == "" {
				t.Errorf("%s: the metric's name is not a constant", set.Position(call.Pos()))
			}
			var labels []string
			for _, arg := range call.Args[1:] {
				labels = append(labels, literal(arg))
			}
			found[name] = strings.Join(labels, ",")
			return true
		})
	}
}

// called is the last name of the function that a call calls.
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// literal is the value of a string literal, or empty.
func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, _ := strconv.Unquote(lit.Value)
	return s
}

package compat

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// entry is one declaration of a listing: what it is called in messages, and Go
// code that only compiles where the package has it.
type entry struct{ name, check string }

// listing is what a package of today's SDKs exports.
type listing struct {
	path    string
	entries []entry
}

// readListings reads testdata/api: a file for each package, its import path and
// then a declaration a line, or several for structs and interfaces. Constants
// without a value continue the iota before them.
func readListings(t *testing.T) (all []listing) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "api", "*.txt"))
	if err != nil || len(files) < 10 {
		t.Fatalf("listings: %v, %v", files, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, parseListing(t, string(b)))
	}
	return all
}

func parseListing(t *testing.T, text string) listing {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(text), "\n")
	l := listing{path: lines[0]}
	constants := iota_{}
	for i := 1; i < len(lines); i++ {
		decl := lines[i]
		if strings.HasSuffix(decl, "{") {
			for i++; lines[i] != "}"; i++ {
				decl += "\n" + lines[i]
			}
			decl += "\n}"
		}
		if strings.HasPrefix(decl, "const ") {
			l.entries = append(l.entries, constants.check(decl))
			continue
		}
		l.entries = append(l.entries, checksOf(t, decl)...)
	}
	return l
}

// iota_ follows the constants of a listing.
type iota_ struct {
	typ string
	n   int
}

// check returns code that compiles if the constant has that type and value: a
// map literal with the key false twice doesn't.
func (c *iota_) check(decl string) entry {
	left, value, found := strings.Cut(strings.TrimPrefix(decl, "const "), " = ")
	name, typ, _ := strings.Cut(left, " ")
	switch {
	case !found:
		c.n++
		typ, value = c.typ, fmt.Sprint(c.n)
	case value == "iota":
		c.typ, c.n = typ, 0
		value = "0"
	}
	if typ == "" {
		typ = "string"
	}
	return entry{name, fmt.Sprintf("func _() { x := %s; var _ *%s = &x; _ = map[bool]int{false: 0, %s == %s: 1} }", name, typ, name, value)}
}

// checksOf returns the checks of a declaration of a function, method, type or
// variable.
func checksOf(t *testing.T, decl string) []entry {
	t.Helper()
	src := "package p\n" + decl
	file, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("%s: %v", decl, err)
	}
	text := func(n ast.Node) string { return src[n.Pos()-1 : n.End()-1] }
	switch d := file.Decls[0].(type) {
	case *ast.FuncDecl:
		return []entry{funcCheck(d, text)}
	case *ast.GenDecl:
		switch spec := d.Specs[0].(type) {
		case *ast.ValueSpec:
			typ := "error"
			if spec.Type != nil {
				typ = text(spec.Type)
			}
			return []entry{{spec.Names[0].Name, "var _ " + typ + " = " + spec.Names[0].Name}}
		case *ast.TypeSpec:
			return typeChecks(spec, text)
		}
	}
	t.Fatalf("what is %s", decl)
	return nil
}

func funcCheck(d *ast.FuncDecl, text func(ast.Node) string) entry {
	signature := strings.TrimPrefix(text(d.Type), "func")
	name := d.Name.Name
	if d.Recv == nil {
		signature = strings.TrimPrefix(signature, " "+name)
		params, args := typeParams(d.Type.TypeParams, text)
		if d.Type.TypeParams != nil {
			signature = signature[strings.Index(signature, "]")+1:]
		}
		return entry{name, fmt.Sprintf("func _%s() { var _ func%s = %s%s }", params, signature, name, args)}
	}
	recv := text(d.Recv.List[0].Type)
	base := strings.TrimPrefix(recv, "*")
	params := ""
	if i := strings.Index(base, "["); i >= 0 {
		params = "[" + base[i+1:len(base)-1] + " " + constraint(base) + "]"
	}
	signature = strings.TrimPrefix(signature, " "+text(d.Recv)+" "+name)
	receiver := recv
	if list := d.Type.Params.List; len(list) > 0 {
		if receiver += ", "; list[0].Names != nil {
			receiver = "_ " + receiver
		}
	}
	method := strings.Replace(signature, "(", "("+receiver, 1)
	return entry{base + "." + name, fmt.Sprintf("func _%s() { var _ func%s = (%s).%s }", params, method, recv, name)}
}

// constraint of the type parameter of a receiver.
func constraint(base string) string {
	if strings.HasSuffix(base, "[C]") {
		return "Cluster"
	}
	return "any"
}

func typeParams(list *ast.FieldList, text func(ast.Node) string) (params, args string) {
	if list == nil {
		return "", ""
	}
	return "[" + strings.Trim(text(list), "[]") + "]", "[" + list.List[0].Names[0].Name + "]"
}

package compat

import (
	"fmt"
	"go/ast"
	"strings"
)

// aliases must be the very type that they are declared with: a plugin's callback
// may be declared with either.
var aliases = map[string]bool{"log.Log": true, "iface.PluginContext": true, "iface.HttpContext": true}

// typeChecks returns the checks of a type: its fields, its methods, or what it
// is declared as.
func typeChecks(spec *ast.TypeSpec, text func(ast.Node) string) []entry {
	params, args := typeParams(spec.TypeParams, text)
	name := spec.Name.Name
	full := name + args
	check := func(format string, a ...any) entry { return entry{name, fmt.Sprintf(format, a...)} }
	switch typ := spec.Type.(type) {
	case *ast.StructType:
		entries := []entry{check("func _%s() { var _ %s }", params, full)}
		for _, f := range typ.Fields.List {
			entries = append(entries, fieldCheck(f, name, params, full, text))
		}
		return entries
	case *ast.InterfaceType:
		same := strings.ReplaceAll(text(typ), "\n", "; ")
		same = strings.Replace(same, "{; ", "{ ", 1)
		entries := []entry{
			check("func _%s(a %s) { var _ %s = a }", params, full, same),
			{name + " (to implement)", fmt.Sprintf("func _%s(a %s) { var _ %s = a }", params, same, full)},
		}
		for _, m := range typ.Methods.List {
			if len(m.Names) > 0 {
				method := m.Names[0].Name
				entries = append(entries, entry{name + "." + method,
					fmt.Sprintf("func _%s(a %s) { var _ func%s = a.%s }", params, full, text(m.Type), method)})
			}
		}
		return entries
	case *ast.Ident: // a basic type
		return []entry{check("func _(a %s) %s { var b %s; return %s(b) }", full, typ.Name, full, typ.Name)}
	default:
		if declared := text(typ); aliases[declared] {
			return []entry{check("func _(a *%s) *%s { return a }", full, declared)}
		}
		return []entry{check("func _%s(a %s) { var _ %s = a }", params, full, text(typ))}
	}
}

func fieldCheck(f *ast.Field, name, params, full string, text func(ast.Node) string) entry {
	typ := text(f.Type)
	field := typ[strings.LastIndex(typ, ".")+1:] // embedded
	if i := strings.Index(field, "["); i >= 0 {
		field = field[:i]
	}
	if len(f.Names) > 0 {
		field = f.Names[0].Name
	}
	return entry{name + "." + field, fmt.Sprintf("func _%s(a %s) { var b *%s = &a.%s; _ = b }", params, full, typ, field)}
}

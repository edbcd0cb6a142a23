package spec

import "reflect"

// IsResult reports whether t is gjson.Result. It is known by its name, since
// importing package gjson would add a megabyte to every plugin.
func IsResult(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.Name() == "Result" && t.PkgPath() == "github.com/tidwall/gjson"
}

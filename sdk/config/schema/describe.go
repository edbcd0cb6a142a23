package schema

import (
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
)

// typeName is a value's type in a reader's words.
func typeName(n *spec.Node) string {
	switch n.Kind {
	case spec.Bool:
		return "boolean"
	case spec.Int, spec.Uint:
		return "integer"
	case spec.Float:
		return "number"
	case spec.Duration:
		return "duration"
	case spec.Bytes:
		return "base64 string"
	case spec.Raw, spec.Result, spec.Any:
		return "anything"
	case spec.List:
		return "list of " + plural(typeName(n.Elem))
	case spec.Map:
		return "map of " + plural(typeName(n.Elem))
	case spec.Struct:
		return "object"
	}
	return "string"
}

func plural(name string) string {
	for _, of := range []string{"list of ", "map of "} {
		if rest, ok := strings.CutPrefix(name, of); ok {
			return strings.Replace(of, " ", "s ", 1) + rest
		}
	}
	if name == "anything" {
		return name
	}
	return name + "s"
}

// limits says what a value must keep to, in parts for a sentence.
func limits(n *spec.Node) []string {
	var parts []string
	for ; n != nil; n = n.Elem {
		parts = append(parts, between(n.MinItems, n.MaxItems, map[bool]string{true: "element", false: "key"}[n.Kind == spec.List])...)
		parts = append(parts, between(n.MinLength, n.MaxLength, "character")...)
		if n.Min != nil {
			parts = append(parts, map[bool]string{false: "at least ", true: "more than "}[n.Min.Exclusive]+n.Min.Text)
		}
		if n.Max != nil {
			parts = append(parts, map[bool]string{false: "at most ", true: "less than "}[n.Max.Exclusive]+n.Max.Text)
		}
		if n.Enum != nil {
			parts = append(parts, "one of "+strings.Join(n.Enum, ", "))
		}
		if n.Pattern != nil {
			parts = append(parts, "matches "+n.Pattern.String())
		}
		if n.Unit != "" {
			parts = append(parts, "a number counts "+n.Unit)
		}
		if n.Secret && n.Elem == nil {
			parts = append(parts, "secret")
		}
	}
	return parts
}

func between(low, high *int, what string) []string {
	var parts []string
	if low != nil {
		parts = append(parts, "at least "+counting(*low, what))
	}
	if high != nil {
		parts = append(parts, "at most "+counting(*high, what))
	}
	return parts
}

func counting(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// byDefault is what a key that is left out stands for.
func byDefault(f *spec.Field) string {
	switch n := f.Node; {
	case f.Default != nil:
		return string(f.Default)
	case f.Required || n.Pointer:
		return ""
	case n.Kind == spec.Bool:
		return "false"
	case n.Kind == spec.Int || n.Kind == spec.Uint || n.Kind == spec.Float:
		return "0"
	case n.Kind == spec.Duration:
		return `"0s"`
	}
	return ""
}

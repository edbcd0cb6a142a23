package prepare

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// hiddenValue stands for a secret.
const hiddenValue = "(hidden)"

// reason says what is wrong at one place, with the value and what is allowed.
func reason(e *jsonschema.ValidationError, part any, secret bool) string {
	got := hiddenValue
	if value, ok := at(part, e.InstanceLocation); ok && !secret {
		got = short(value)
	}
	switch k := e.ErrorKind.(type) {
	case *kind.Type:
		return fmt.Sprintf("got %s, want %s", got, strings.Join(k.Want, " or "))
	case *kind.Enum:
		return fmt.Sprintf("got %s, want one of %s", got, list(k.Want))
	case *kind.Const:
		return fmt.Sprintf("got %s, want %s", got, short(k.Want))
	case *kind.Required:
		return "lacks " + names(k.Missing)
	case *kind.AdditionalProperties:
		return "has unknown " + names(k.Properties)
	case *kind.FalseSchema:
		return "must not be there"
	case *kind.Pattern:
		return fmt.Sprintf("got %s, want a text that matches %s", got, strconv.Quote(k.Want))
	case *kind.UniqueItems:
		return fmt.Sprintf("items %d and %d are the same", k.Duplicates[0], k.Duplicates[1])
	case *kind.AnyOf, *kind.OneOf:
		return fmt.Sprintf("got %s, which is none of the forms that the schema has for it, or several", got)
	}
	if want := bound(e.ErrorKind); want != "" {
		return fmt.Sprintf("got %s, want %s", got, want)
	}
	return fmt.Sprintf("got %s, which the schema's %q doesn't take", got, strings.Join(e.ErrorKind.KeywordPath(), "/"))
}

// bound says what a number or a length may be.
func bound(e jsonschema.ErrorKind) string {
	switch k := e.(type) {
	case *kind.Minimum:
		return "at least " + number(k.Want)
	case *kind.Maximum:
		return "at most " + number(k.Want)
	case *kind.ExclusiveMinimum:
		return "more than " + number(k.Want)
	case *kind.ExclusiveMaximum:
		return "less than " + number(k.Want)
	case *kind.MultipleOf:
		return "a multiple of " + number(k.Want)
	case *kind.MinLength:
		return fmt.Sprintf("a text of at least %d characters", k.Want)
	case *kind.MaxLength:
		return fmt.Sprintf("a text of at most %d characters", k.Want)
	case *kind.MinItems:
		return fmt.Sprintf("at least %d items", k.Want)
	case *kind.MaxItems:
		return fmt.Sprintf("at most %d items", k.Want)
	case *kind.MinProperties:
		return fmt.Sprintf("at least %d keys", k.Want)
	case *kind.MaxProperties:
		return fmt.Sprintf("at most %d keys", k.Want)
	default:
		return ""
	}
}

func number(r *big.Rat) string {
	if r.IsInt() {
		return r.RatString()
	}
	f, _ := r.Float64()
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// maxValue bounds a value in a message, in bytes.
const maxValue = 80

func short(value any) string {
	text, err := json.Marshal(value)
	switch {
	case err != nil:
		return "a value"
	case len(text) > maxValue:
		return strings.ToValidUTF8(string(text[:maxValue]), "") + "…"
	}
	return string(text)
}

func list(values []any) string {
	var shown []string
	for _, v := range values {
		shown = append(shown, short(v))
	}
	return strings.Join(shown, ", ")
}

func names(keys []string) string {
	var quoted []string
	for _, k := range keys {
		quoted = append(quoted, strconv.Quote(k))
	}
	return strings.Join(quoted, ", ")
}

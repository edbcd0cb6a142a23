package spec

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// UnitOf is the length of a unit, 0 where it is none.
func UnitOf(name string) time.Duration {
	switch name {
	case "ns":
		return time.Nanosecond
	case "us":
		return time.Microsecond
	case "ms":
		return time.Millisecond
	case "s":
		return time.Second
	case "m":
		return time.Minute
	case "h":
		return time.Hour
	}
	return 0
}

// tags hands out a field's tags and remembers the first error.
type tags struct {
	reflect.StructTag
	err error
}

func (t *tags) fail(tag, text, why string) {
	if t.err == nil {
		t.err = errors.New("tag " + tag + ":" + strconv.Quote(text) + ": " + why)
	}
}

// get returns a tag and whether it is there. It must be for a value that ok
// says it can be for.
func (t *tags) get(tag string, ok bool, kinds string) (string, bool) {
	text, found := t.Lookup(tag)
	if found && !ok {
		t.fail(tag, text, "is for "+kinds+" only")
	}
	return text, found && ok
}

func (t *tags) flag(tag string) bool {
	text, found := t.Lookup(tag)
	if !found {
		return false
	}
	b, err := strconv.ParseBool(text)
	if err != nil {
		t.fail(tag, text, "must be true or false")
	}
	return b
}

func (t *tags) count(tag string, ok bool, kinds string) *int {
	text, found := t.get(tag, ok, kinds)
	if !found {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		t.fail(tag, text, "must be a whole number of at least 0")
	}
	return &n
}

// bounds reads what bounds the value n: its own size if it is a list or map,
// and everything else for its innermost elements.
func (t *tags) bounds(n *Node) {
	outer := n.Kind == List || n.Kind == Map
	n.MinItems = t.count("minItems", outer, "lists and maps")
	n.MaxItems = t.count("maxItems", outer, "lists and maps")
	if n.MinItems != nil && n.MaxItems != nil && *n.MinItems > *n.MaxItems {
		t.fail("minItems", strconv.Itoa(*n.MinItems), "is more than maxItems")
	}
	for n.Elem != nil {
		n = n.Elem
	}
	if n.Secret && n.Kind == Struct {
		t.fail("secret", t.Get("secret"), "is for single values: mark those fields of "+n.Type.String()+" that are secret")
	}
	t.numbers(n)
	t.texts(n)
	if text, ok := t.get("unit", n.Kind == Duration, "durations"); ok {
		if UnitOf(text) == 0 {
			t.fail("unit", text, "must be one of ns, us, ms, s, m and h")
		}
		n.Unit = text
	}
}

func (t *tags) numbers(n *Node) {
	number := n.Kind == Int || n.Kind == Uint || n.Kind == Float || n.Kind == Duration
	for _, b := range []struct {
		tag       string
		exclusive bool
		to        **Bound
	}{{"min", false, &n.Min}, {"exclusiveMin", true, &n.Min}, {"max", false, &n.Max}, {"exclusiveMax", true, &n.Max}} {
		text, ok := t.get(b.tag, number, "numbers and durations")
		if !ok {
			continue
		}
		if *b.to != nil {
			t.fail(b.tag, text, "there is another bound on the same side")
		}
		bound, err := parseBound(n.Kind, n.Type, text, b.exclusive)
		if err != nil {
			t.fail(b.tag, text, "is no value of "+n.Type.String())
		}
		*b.to = bound
	}
	if t.err == nil && n.Min != nil && n.Max != nil && n.Min.above(n.Max) {
		t.fail("min", n.Min.Text, "nothing lies between it and the upper bound")
	}
}

func (t *tags) texts(n *Node) {
	text := n.Kind == String || n.Kind == Text
	n.MinLength = t.count("minLength", text, "strings")
	n.MaxLength = t.count("maxLength", text, "strings")
	if n.MinLength != nil && n.MaxLength != nil && *n.MinLength > *n.MaxLength {
		t.fail("minLength", strconv.Itoa(*n.MinLength), "is more than maxLength")
	}
	if pattern, ok := t.get("pattern", text, "strings"); ok {
		re, err := compilePattern(pattern)
		if err != nil {
			t.fail("pattern", pattern, err.Error())
		}
		n.Pattern = re
	}
	scalar := text || n.Kind == Int || n.Kind == Uint || n.Kind == Float
	if enum, ok := t.get("enum", scalar, "strings and numbers"); ok {
		t.enum(n, enum)
	}
}

func (t *tags) enum(n *Node, enum string) {
	for _, value := range strings.Split(enum, ",") {
		if n.Kind != String && n.Kind != Text {
			b, err := parseBound(n.Kind, n.Type, value, false)
			if err != nil {
				t.fail("enum", enum, strconv.Quote(value)+" is no value of "+n.Type.String())
				return
			}
			value = b.number(n.Kind, n.Type)
		}
		if slices.Contains(n.Enum, value) {
			t.fail("enum", enum, strconv.Quote(value)+" is there twice")
		}
		n.Enum = append(n.Enum, value)
	}
}

func (b *Bound) number(k Kind, t reflect.Type) string { return Number(k, t, b.Int, b.Uint, b.Float) }

// Number is the one way to write a number of kind k, as Enum has it.
func Number(k Kind, t reflect.Type, i int64, u uint64, f float64) string {
	switch k {
	case Uint:
		return strconv.FormatUint(u, 10)
	case Float:
		return strconv.FormatFloat(f, 'g', -1, t.Bits())
	}
	return strconv.FormatInt(i, 10)
}

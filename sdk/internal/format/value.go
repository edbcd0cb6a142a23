package format

import (
	"cmp"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sluiceproxy/sluice/sdk/internal/order"
)

// maxDepth bounds nesting: a value can contain itself.
const maxDepth = 32

// value formats a value with a verb.
func (p *printer) value(v reflect.Value, verb rune, depth int) {
	if depth > maxDepth {
		p.buf = append(p.buf, "..."...)
		return
	}
	if v.IsValid() && v.CanInterface() && strings.ContainsRune("vsxXq", verb) && p.method(v, verb) {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		p.boolean(v, verb)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n := v.Int()
		p.integer(v, uint64(max(n, -n)), n < 0, verb)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		p.integer(v, v.Uint(), false, verb)
	case reflect.Float32, reflect.Float64:
		p.float(v, verb)
	case reflect.Complex64, reflect.Complex128:
		p.buf = append(p.buf, strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())...)
	case reflect.String:
		p.text(v, v.String(), verb)
	case reflect.Slice, reflect.Array:
		p.list(v, verb, depth)
	case reflect.Map:
		p.mapping(v, verb, depth)
	case reflect.Struct:
		p.structure(v, verb, depth)
	case reflect.Interface:
		if v.IsNil() {
			p.buf = append(p.buf, "<nil>"...)
			return
		}
		p.value(v.Elem(), verb, depth+1)
	default:
		p.pointer(v, verb, depth)
	}
}

// method lets errors and Stringers speak for themselves.
func (p *printer) method(v reflect.Value, verb rune) (handled bool) {
	start := len(p.buf)
	defer func() {
		if recover() == nil {
			return
		}
		handled, p.buf = true, p.buf[:start]
		if v.Kind() == reflect.Pointer && v.IsNil() {
			p.buf = append(p.buf, "<nil>"...)
			return
		}
		p.buf = append(append(append(p.buf, "%!"...), string(verb)...), "(PANIC)"...)
	}()
	switch x := v.Interface().(type) {
	case error:
		p.text(v, x.Error(), verb)
	case interface{ String() string }:
		p.text(v, x.String(), verb)
	default:
		return false
	}
	return true
}

func (p *printer) boolean(v reflect.Value, verb rune) {
	if verb != 't' && verb != 'v' {
		p.bad(v, verb)
		return
	}
	start := len(p.buf)
	p.buf = strconv.AppendBool(p.buf, v.Bool())
	p.pad(start, false)
}

var bases = map[rune]int{'v': 10, 'd': 10, 'b': 2, 'o': 8, 'O': 8, 'x': 16, 'X': 16}

func (p *printer) integer(v reflect.Value, n uint64, negative bool, verb rune) {
	start := len(p.buf)
	switch verb {
	case 'c':
		p.buf = utf8.AppendRune(p.buf, rune(n))
	case 'q':
		p.buf = strconv.AppendQuoteRune(p.buf, rune(n))
	case 'U':
		digits := strings.ToUpper(strconv.FormatUint(n, 16))
		p.buf = append(append(p.buf, "U+"...), strings.Repeat("0", max(0, 4-len(digits)))+digits...)
	default:
		base := bases[verb]
		if base == 0 {
			p.bad(v, verb)
			return
		}
		p.digits(n, negative, base, verb)
	}
	p.pad(start, true)
}

func (p *printer) digits(n uint64, negative bool, base int, verb rune) {
	p.sign(negative)
	digits := strconv.FormatUint(n, base)
	if verb == 'X' {
		digits = strings.ToUpper(digits)
	}
	prefix := map[rune]string{'b': "0b", 'o': "0", 'x': "0x", 'X': "0X"}[verb]
	if p.sharp || verb == 'O' {
		if verb == 'O' {
			prefix = "0o"
		}
		p.buf = append(p.buf, prefix...)
	}
	if p.precision >= 0 {
		p.zero = false
		digits = strings.Repeat("0", max(0, p.precision-len(digits))) + digits
	}
	p.buf = append(p.buf, digits...)
}

func (p *printer) sign(negative bool) {
	switch {
	case negative:
		p.buf = append(p.buf, '-')
	case p.plus:
		p.buf = append(p.buf, '+')
	case p.space:
		p.buf = append(p.buf, ' ')
	}
}

func (p *printer) float(v reflect.Value, verb rune) {
	format, precision := byte(verb), p.precision
	switch verb {
	case 'v':
		format = 'g'
	case 'F':
		format = 'f'
	case 'e', 'E', 'f', 'g', 'G', 'b', 'x', 'X':
	default:
		p.bad(v, verb)
		return
	}
	if precision < 0 && strings.ContainsRune("eEfF", verb) {
		precision = 6
	}
	start, f := len(p.buf), v.Float()
	switch {
	case math.IsInf(f, 0):
		p.zero = false // and the sign is always there
	case f >= 0:
		p.sign(false)
	}
	p.buf = strconv.AppendFloat(p.buf, f, format, precision, v.Type().Bits())
	p.pad(start, true)
}

func (p *printer) text(v reflect.Value, s string, verb rune) {
	if p.precision >= 0 && verb != 'x' && verb != 'X' {
		for i, n := 0, 0; i < len(s); n++ {
			if n == p.precision {
				s = s[:i]
				break
			}
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
		}
	}
	start := len(p.buf)
	switch verb {
	case 'v', 's':
		p.buf = append(p.buf, s...)
	case 'q':
		p.buf = append(p.buf, quote(s, p.sharp)...)
	case 'x', 'X':
		p.hex(s, verb)
	default:
		p.bad(v, verb)
		return
	}
	p.pad(start, false)
}

func (p *printer) hex(s string, verb rune) {
	digits := "0123456789abcdef"
	if verb == 'X' {
		digits = "0123456789ABCDEF"
	}
	if p.precision >= 0 && p.precision < len(s) {
		s = s[:p.precision]
	}
	for i := 0; i < len(s); i++ {
		if p.space && i > 0 {
			p.buf = append(p.buf, ' ')
		}
		if p.sharp && (i == 0 || p.space) {
			p.buf = append(p.buf, '0', byte(verb))
		}
		p.buf = append(p.buf, digits[s[i]>>4], digits[s[i]&15])
	}
}

func (p *printer) list(v reflect.Value, verb rune, depth int) {
	if v.Type().Elem().Kind() == reflect.Uint8 && strings.ContainsRune("sqxX", verb) {
		b := make([]byte, v.Len()) // not by reflect.Copy: v may be an unexported field
		for i := range b {
			b[i] = byte(v.Index(i).Uint())
		}
		p.text(v, string(b), verb)
		return
	}
	p.buf = append(p.buf, '[')
	for i := range v.Len() {
		if i > 0 {
			p.buf = append(p.buf, ' ')
		}
		p.value(v.Index(i), verb, depth+1)
	}
	p.buf = append(p.buf, ']')
}

func (p *printer) mapping(v reflect.Value, verb rune, depth int) {
	keys := v.MapKeys()
	order.Sort(len(keys), func(i, j int) bool { return compare(keys[i], keys[j]) < 0 },
		func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	p.buf = append(p.buf, "map["...)
	for i, key := range keys {
		if i > 0 {
			p.buf = append(p.buf, ' ')
		}
		p.value(key, verb, depth+1)
		p.buf = append(p.buf, ':')
		p.value(v.MapIndex(key), verb, depth+1)
	}
	p.buf = append(p.buf, ']')
}

// compare orders the keys of a map: numbers by value, the rest by text.
func compare(a, b reflect.Value) int {
	switch {
	case a.Kind() != b.Kind():
		return int(a.Kind()) - int(b.Kind())
	case a.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanUint():
		return cmp.Compare(a.Uint(), b.Uint())
	case a.CanFloat():
		return cmp.Compare(a.Float(), b.Float())
	case a.Kind() == reflect.Interface:
		return compare(a.Elem(), b.Elem())
	}
	return strings.Compare(plain(a), plain(b))
}

func plain(v reflect.Value) string {
	p := printer{flags: flags{width: -1, precision: -1}}
	p.value(v, 'v', 0)
	return string(p.buf)
}

func (p *printer) structure(v reflect.Value, verb rune, depth int) {
	p.buf = append(p.buf, '{')
	for i := range v.NumField() {
		if i > 0 {
			p.buf = append(p.buf, ' ')
		}
		if p.names {
			p.buf = append(append(p.buf, v.Type().Field(i).Name...), ':')
		}
		p.value(v.Field(i), verb, depth+1)
	}
	p.buf = append(p.buf, '}')
}

func (p *printer) pointer(v reflect.Value, verb rune, depth int) {
	if !v.IsValid() {
		p.buf = append(p.buf, "<nil>"...)
		return
	}
	if v.Kind() == reflect.Pointer && depth == 0 && verb != 'p' && !v.IsNil() {
		switch v.Elem().Kind() {
		case reflect.Struct, reflect.Slice, reflect.Array, reflect.Map:
			p.buf = append(p.buf, '&')
			p.value(v.Elem(), verb, depth+1)
			return
		}
	}
	switch address := v.Pointer(); {
	case verb == 'v' && address == 0:
		p.buf = append(p.buf, "<nil>"...)
	case verb == 'v' || verb == 'p':
		p.buf = append(append(p.buf, "0x"...), strconv.FormatUint(uint64(address), 16)...)
	default:
		p.bad(v, verb)
	}
}

package decode

import (
	"reflect"
	"slices"
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
)

func (d *decoder) number(n *spec.Node, v reflect.Value) {
	want := "a whole number"
	if n.Kind == spec.Float {
		want = "a number"
	}
	if !d.atNumber() {
		d.expect('-', '-', want)
		return
	}
	raw := d.skip()
	var i int64
	var u uint64
	var f float64
	ok := false
	switch n.Kind {
	case spec.Int:
		i, ok = signed(raw, n.Type.Bits())
	case spec.Uint:
		u, ok = unsigned(raw, n.Type.Bits())
	case spec.Float:
		var err error
		f, err = strconv.ParseFloat(string(raw), n.Type.Bits())
		ok = err == nil
	}
	if !ok {
		d.problem(misfit(n, raw) + got(n, shown(raw)))
		return
	}
	if d.inRange(n, i, u, f, shown(raw)) {
		set(n, v, i, u, f)
	}
}

func set(n *spec.Node, v reflect.Value, i int64, u uint64, f float64) {
	switch n.Kind {
	case spec.Int:
		v.SetInt(i)
	case spec.Uint:
		v.SetUint(u)
	default:
		v.SetFloat(f)
	}
}

// misfit says why a number is none of n's type.
func misfit(n *spec.Node, raw []byte) string {
	bits := n.Type.Bits()
	switch {
	case n.Kind == spec.Float:
		return "is out of range of " + n.Type.Kind().String()
	case integer(raw) == nil:
		return "must be a whole number"
	case n.Kind == spec.Uint && raw[0] == '-':
		return "must be at least 0"
	case n.Kind == spec.Uint:
		return "must be at most " + strconv.FormatUint(1<<bits-1, 10)
	case raw[0] == '-':
		return "must be at least " + strconv.FormatInt(-1<<(bits-1), 10)
	}
	return "must be at most " + strconv.FormatInt(1<<(bits-1)-1, 10)
}

// inRange checks the bounds of a number or duration, one of i, u and f.
func (d *decoder) inRange(n *spec.Node, i int64, u uint64, f float64, value string) bool {
	before := d.count()
	if n.Min != nil && n.Min.Below(n.Kind, i, u, f) {
		d.problem("must be " + limit(n.Min, "at least ", "more than ") + got(n, value))
	}
	if n.Max != nil && n.Max.Above(n.Kind, i, u, f) {
		d.problem("must be " + limit(n.Max, "at most ", "less than ") + got(n, value))
	}
	if n.Enum != nil && !slices.Contains(n.Enum, spec.Number(n.Kind, n.Type, i, u, f)) {
		d.notListed(n, value)
	}
	return d.count() == before
}

func limit(b *spec.Bound, inclusive, exclusive string) string {
	if b.Exclusive {
		return exclusive + b.Text
	}
	return inclusive + b.Text
}

func signed(raw []byte, bits int) (int64, bool) {
	n, err := strconv.ParseInt(string(integer(raw)), 10, bits)
	return n, err == nil
}

func unsigned(raw []byte, bits int) (uint64, bool) {
	digits := integer(raw)
	if len(digits) == 2 && digits[0] == '-' && digits[1] == '0' {
		return 0, true
	}
	n, err := strconv.ParseUint(string(digits), 10, bits)
	return n, err == nil
}

// maxDigits is more than any integer type has.
const maxDigits = 25

// integer writes a JSON number without point and exponent: 1e3 and 1000.0 are
// 1000. Hosts write large numbers in the first form. It is nil where the number
// has a fraction, and a number out of every range where it is huge.
func integer(raw []byte) []byte {
	out, exponent := digits(raw)
	sign := len(out) - len(trimSign(out))
	for len(out) > sign && out[len(out)-1] == '0' {
		out = out[:len(out)-1]
		exponent++
	}
	if len(out) == sign {
		return append(out, '0') // 0, -0, 0e9
	}
	if exponent < 0 {
		return nil
	}
	for ; exponent > 0 && len(out) <= maxDigits; exponent-- {
		out = append(out, '0')
	}
	return out
}

func trimSign(b []byte) []byte {
	if len(b) > 0 && b[0] == '-' {
		return b[1:]
	}
	return b
}

// maxExponent bounds exponents: a number's text is shorter than this.
const maxExponent = 1 << 20

// digits are a number's sign and digits, without zeros in front, and the power
// of ten that they are multiplied with.
func digits(raw []byte) (out []byte, exponent int) {
	out = make([]byte, 0, len(raw)+1)
	if raw[0] == '-' {
		out = append(out, '-')
	}
	body, point := trimSign(raw), false
	for i, c := range body {
		switch {
		case c == '.':
			point = true
		case c == 'e' || c == 'E':
			n, err := strconv.Atoi(string(body[i+1:]))
			if err != nil || n > maxExponent || n < -maxExponent {
				n = maxExponent
				if body[i+1] == '-' {
					n = -n
				}
			}
			return out, exponent + n
		default:
			if c != '0' || len(trimSign(out)) > 0 {
				out = append(out, c)
			}
			if point {
				exponent--
			}
		}
	}
	return out, exponent
}

// Package format formats log lines as package fmt does. It exists because
// importing fmt alone, without calling it, adds 0.4 MB to a plugin: its
// initialisation links os and time. This package costs nothing unless called.
//
// All verbs and flags of fmt are there but explicit argument indexes (%[1]d),
// Formatter, GoStringer and the Go-syntax %#v, which prints as %+v.
package format

import (
	"reflect"
	"strconv"
	"unicode/utf8"
)

// Sprintf formats args as fmt.Sprintf does.
func Sprintf(format string, args ...any) string {
	p := printer{buf: make([]byte, 0, len(format)+16*len(args)), args: args}
	for i := 0; i < len(format); {
		if format[i] != '%' {
			p.buf = append(p.buf, format[i])
			i++
			continue
		}
		i = p.directive(format, i+1)
	}
	if p.next < len(args) {
		p.extra()
	}
	return string(p.buf)
}

// printer is the state of one Sprintf.
type printer struct {
	buf  []byte
	args []any
	next int
	flags
}

// flags are what stands between % and the verb.
type flags struct {
	plus, minus, sharp, space, zero bool
	names                           bool // of struct fields
	width, precision                int  // -1: none
}

// directive formats what begins behind a % at i, and returns where it ends.
func (p *printer) directive(format string, i int) int {
	p.flags = flags{width: -1, precision: -1}
	i = p.parseFlags(format, i)
	p.width, i = p.number(format, i)
	if p.width < -1 {
		p.minus, p.width = true, -p.width
	}
	if i < len(format) && format[i] == '.' {
		if p.precision, i = p.number(format, i+1); p.precision < 0 {
			p.precision = 0
		}
	}
	if i >= len(format) {
		p.buf = append(p.buf, "%!(NOVERB)"...)
		return i
	}
	verb, size := utf8.DecodeRuneInString(format[i:])
	if verb == 'v' && (p.plus || p.sharp) {
		p.names, p.plus, p.sharp = true, false, false
	}
	switch {
	case verb == '%':
		p.buf = append(p.buf, '%')
	case p.next >= len(p.args):
		p.buf = append(append(append(p.buf, "%!"...), string(verb)...), "(MISSING)"...)
	default:
		arg := p.args[p.next]
		p.next++
		p.arg(arg, verb)
	}
	return i + size
}

func (p *printer) parseFlags(format string, i int) int {
	for ; i < len(format); i++ {
		switch format[i] {
		case '+':
			p.plus = true
		case '-':
			p.minus = true
		case '#':
			p.sharp = true
		case ' ':
			p.space = true
		case '0':
			p.zero = true
		default:
			return i
		}
	}
	return i
}

// maxNumber bounds widths and precisions.
const maxNumber = 1 << 16

// number reads a width or precision, -1 where there is none.
func (p *printer) number(format string, i int) (n, end int) {
	if i < len(format) && format[i] == '*' {
		if p.next < len(p.args) {
			v, ok := p.args[p.next].(int)
			p.next++
			if ok && v < maxNumber && v > -maxNumber {
				return v, i + 1
			}
		}
		p.buf = append(p.buf, "%!(BADWIDTH)"...)
		return -1, i + 1
	}
	n = -1
	for ; i < len(format) && format[i] >= '0' && format[i] <= '9'; i++ {
		n = min(max(n, 0)*10+int(format[i]-'0'), maxNumber)
	}
	return n, i
}

// extra reports arguments that no verb used.
func (p *printer) extra() {
	p.flags = flags{width: -1, precision: -1}
	p.buf = append(p.buf, "%!(EXTRA "...)
	for i, arg := range p.args[p.next:] {
		if i > 0 {
			p.buf = append(p.buf, ", "...)
		}
		p.typeName(arg)
		if arg != nil {
			p.buf = append(p.buf, '=')
			p.arg(arg, 'v')
		}
	}
	p.buf = append(p.buf, ')')
}

func (p *printer) typeName(arg any) {
	if arg == nil {
		p.buf = append(p.buf, "<nil>"...)
		return
	}
	p.buf = append(p.buf, reflect.TypeOf(arg).String()...)
}

// arg formats one argument.
func (p *printer) arg(arg any, verb rune) {
	switch {
	case verb == 'T':
		start := len(p.buf)
		p.typeName(arg)
		p.pad(start, false)
	case arg == nil && (verb == 'v' || verb == 's'):
		start := len(p.buf)
		if verb == 's' {
			p.buf = append(p.buf, "%!s(<nil>)"...)
		} else {
			p.buf = append(p.buf, "<nil>"...)
		}
		p.pad(start, false)
	case arg == nil:
		p.bad(reflect.Value{}, verb)
	case verb == 'w':
		p.value(reflect.ValueOf(arg), 'v', 0)
	default:
		p.value(reflect.ValueOf(arg), verb, 0)
	}
}

// bad says that a verb doesn't fit a value.
func (p *printer) bad(v reflect.Value, verb rune) {
	p.buf = append(append(p.buf, "%!"...), string(verb)...)
	p.buf = append(p.buf, '(')
	if !v.IsValid() {
		p.buf = append(p.buf, "<nil>)"...)
		return
	}
	p.buf = append(append(p.buf, v.Type().String()...), '=')
	p.flags = flags{width: -1, precision: -1}
	p.value(v, 'v', 0)
	p.buf = append(p.buf, ')')
}

// pad brings what was appended since start to the width.
func (p *printer) pad(start int, number bool) {
	missing := p.width - utf8.RuneCount(p.buf[start:])
	if missing <= 0 {
		return
	}
	fill := byte(' ')
	at := start
	switch {
	case p.minus:
		at = len(p.buf)
	case p.zero:
		fill = '0'
		if number && (p.buf[start] == '-' || p.buf[start] == '+' || p.buf[start] == ' ') {
			at++
		}
	}
	tail := string(p.buf[at:])
	p.buf = p.buf[:at]
	for range missing {
		p.buf = append(p.buf, fill)
	}
	p.buf = append(p.buf, tail...)
}

func quote(s string, sharp bool) string {
	if sharp && strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}

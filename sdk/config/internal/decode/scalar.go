package decode

import (
	"encoding/base64"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
)

func (d *decoder) boolean(v reflect.Value) {
	if d.expect('t', 'f', "a boolean") {
		v.SetBool(d.skip()[0] == 't')
	}
}

func (d *decoder) text(n *spec.Node, v reflect.Value) {
	if !d.expect('"', '"', "a string") {
		return
	}
	text := unquote(d.skip())
	if n.Kind == spec.Bytes {
		d.base64(n, v, text)
		return
	}
	s := string(text)
	if !d.allowed(n, s) {
		return
	}
	if n.Kind == spec.String {
		v.SetString(s)
		return
	}
	v.SetZero()
	if err := v.Addr().Interface().(spec.TextUnmarshaler).UnmarshalText([]byte(s)); err != nil {
		d.refused(n, err)
	}
}

func (d *decoder) base64(n *spec.Node, v reflect.Value, text []byte) {
	out := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	used, err := base64.StdEncoding.Strict().Decode(out, text)
	if err != nil || strings.ContainsAny(string(text), "\r\n") {
		d.problem("must be base64" + got(n, shorten(string(text), maxShown)))
		return
	}
	v.SetBytes(out[:used])
}

// allowed checks the bounds of a string.
func (d *decoder) allowed(n *spec.Node, s string) bool {
	before := d.count()
	if n.MinLength != nil || n.MaxLength != nil {
		d.length(n, utf8.RuneCountInString(s))
	}
	if n.Pattern != nil && !n.Pattern.MatchString(s) {
		d.problem("must match " + n.Pattern.String() + got(n, shorten(s, maxShown)))
	}
	if n.Enum != nil && !slices.Contains(n.Enum, s) {
		d.notListed(n, shorten(s, maxShown))
	}
	return d.count() == before
}

func (d *decoder) length(n *spec.Node, count int) {
	if n.MinLength != nil && count < *n.MinLength {
		d.problem("must have at least " + plural(*n.MinLength, "character") + got(n, strconv.Itoa(count)))
	}
	if n.MaxLength != nil && count > *n.MaxLength {
		d.problem("must have at most " + plural(*n.MaxLength, "character") + got(n, strconv.Itoa(count)))
	}
}

func (d *decoder) notListed(n *spec.Node, value string) {
	var b []byte
	for i, e := range n.Enum {
		if i > 0 {
			b = append(b, ", "...)
		}
		if n.Textual() {
			b = spec.Quote(b, e)
		} else {
			b = append(b, e...)
		}
	}
	d.problem("must be one of " + string(b) + got(n, value))
}

// duration reads "1m30s", and a number where the field has a unit.
func (d *decoder) duration(n *spec.Node, v reflect.Value) {
	if n.Unit == "" && d.name() == "a number" {
		d.problem(`must be a string with a unit, such as "500ms", got a number`)
		d.skip()
		return
	}
	if !d.atNumber() && !d.expect('"', '"', `a string with a unit, such as "500ms"`) {
		return
	}
	raw := d.skip()
	var duration time.Duration
	var ok bool
	if raw[0] == '"' {
		var err error
		duration, err = time.ParseDuration(string(unquote(raw)))
		ok = err == nil
	} else {
		duration, ok = counted(raw, spec.UnitOf(n.Unit))
	}
	if !ok {
		d.problem(`must be a duration, such as "500ms" or "1m30s"` + got(n, shown(raw)))
		return
	}
	if d.inRange(n, int64(duration), 0, 0, duration.String()) {
		v.SetInt(int64(duration))
	}
}

// counted is a whole number of units.
func counted(raw []byte, unit time.Duration) (time.Duration, bool) {
	i, ok := signed(raw, 64)
	d := time.Duration(i) * unit
	return d, ok && d/unit == time.Duration(i)
}

// shown is a value's text for a message.
func shown(raw []byte) string {
	if raw[0] == '"' {
		return shorten(string(unquote(raw)), maxShown)
	}
	if len(raw) > maxShown {
		return string(raw[:maxShown]) + "..."
	}
	return string(raw)
}

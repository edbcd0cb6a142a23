package main

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// fixed are the fields that are always signed, each on a line without its name.
var fixed = [...]string{":method", "accept", "content-md5", "content-type", "date"}

// signedFields is the part of the text to sign before the path. ok is false where
// a field that is signed is there more than once, and where a name can't be that
// of a field: "/p?a=1" with no value would be the line of a path, and the path of
// this request could then be what is behind a line feed in the parameter a of the
// request that was signed.
func (m *message) signedFields() (text string, ok bool) {
	var b strings.Builder
	for _, name := range fixed {
		b.WriteString(m.fields[name])
		b.WriteByte('\n')
	}
	for _, name := range m.chosen() {
		if m.several[name] || !isField(name) {
			return "", false
		}
		b.WriteString(name + ":" + m.fields[name] + "\n")
	}
	return b.String(), true
}

// chosen are the names that the client says it has signed, in their order.
func (m *message) chosen() (names []string) {
	for _, name := range strings.Split(m.fields[caHeaders], ",") {
		name = strings.ToLower(strings.Trim(name, " \t"))
		if name != "" && name != caSignature && name != caHeaders && !slices.Contains(fixed[:], name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// isField reports whether a name can be that of a field (RFC 9110, section 5.1),
// or of a pseudo-header.
func isField(name string) bool {
	return !strings.ContainsFunc(strings.TrimPrefix(name, ":"), func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

// param is a parameter of the query or of a form.
type param struct{ name, value string }

// parameters are those of query and form, decoded and in order. Of several with
// one name the first counts, and the query comes before the form; dropped is how
// many others there were, which nobody signs.
func parameters(path string, form []byte) (all []param, dropped int) {
	_, query, _ := strings.Cut(path, "?")
	for _, text := range [...]string{query, string(form)} {
		for text != "" {
			var part string
			part, text, _ = strings.Cut(text, "&")
			if name, value, ok := strings.Cut(part, "="); ok {
				all = append(all, param{decode(name), decode(value)})
			} else {
				all = append(all, param{part, ""})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b param) int { return strings.Compare(a.name, b.name) })
	n := len(all)
	all = slices.CompactFunc(all, func(a, b param) bool { return a.name == b.name })
	return all, n - len(all)
}

// decode undoes percent escapes. What is none stays, and so does "+".
func decode(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b, i = append(b, byte(c)), i+2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

// target is the last part of the text to sign: path and parameters. bare leaves
// out the equals sign of parameters without a value.
func target(path string, params []param, bare bool) string {
	path, _, _ = strings.Cut(path, "?")
	var b strings.Builder
	b.WriteString(path)
	for i, p := range params {
		b.WriteByte("?&"[min(i, 1)])
		b.WriteString(p.name)
		if p.value != "" || !bare {
			b.WriteString("=" + p.value)
		}
	}
	return b.String()
}

// dates are the forms of the header Date.
var dates = [...]string{
	"Mon, 02 Jan 2006 15:04:05 GMT", "Mon, 02 Jan 2006 15:04:05 GMT+00:00", "Monday, 02-Jan-06 15:04:05 GMT", time.ANSIC,
}

// inTime reports whether the request is about as old as it may be. Date is always
// signed; a timestamp counts if it is.
func (d *ca) inTime(m *message) bool {
	if d.offset == 0 {
		return true
	}
	if date := m.fields["date"]; date != "" {
		for _, form := range dates {
			if at, err := time.Parse(form, date); err == nil {
				return near(at.UnixMilli(), d.offset)
			}
		}
		return false
	}
	stamp := m.fields[caTimestamp]
	at, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || !slices.Contains(m.chosen(), caTimestamp) {
		return false
	}
	if len(stamp) < len("1525872629832") {
		at *= 1000 // it is in seconds
	}
	return near(at, d.offset)
}

// near reports whether a time in milliseconds is within so many seconds of now.
func near(milli, seconds int64) bool {
	return within(time.Now().UnixMilli()-milli, seconds)
}

// within reports whether so many milliseconds, before or after, are at most so many
// seconds.
func within(milli, seconds int64) bool { return -seconds*1000 <= milli && milli <= seconds*1000 }

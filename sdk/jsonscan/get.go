package jsonscan

import "bytes"

// Get returns the value that path leads to: each element is a key of an object,
// or the index of a list in decimal digits. Without a path it is the whole text's
// value. Of several equal keys the first counts whose value has the rest of the
// path. The value shares doc's memory.
func Get(doc []byte, path ...string) Value {
	i := find(doc, skipSpace(doc, 0), path)
	if i < 0 {
		return Value{}
	}
	v, _ := cut(doc, i)
	return v
}

// find returns where the value begins that path leads to from the one at i, or
// -1. It calls itself once for each element of the path, not of the text.
func find(d []byte, i int, path []string) int {
	switch {
	case i < 0 || i >= len(d):
		return -1
	case len(path) == 0:
		return i
	case d[i] == '{':
		return member(d, i, path)
	case d[i] == '[':
		return find(d, element(d, i, path[0]), path[1:])
	}
	return -1
}

// member returns where path leads to from the object at i, or -1.
func member(d []byte, i int, path []string) int {
	for {
		if i = skipSpace(d, i+1); i >= len(d) || d[i] != '"' {
			return -1
		}
		end := skipString(d, i+1)
		if end < 0 {
			return -1
		}
		found := equal(d[i+1:end-1], path[0])
		if i = skipSpace(d, end); i >= len(d) || d[i] != ':' {
			return -1
		}
		i = skipSpace(d, i+1)
		if found {
			if at := find(d, i, path[1:]); at >= 0 {
				return at
			}
		}
		if i = next(d, i); i < 0 {
			return -1
		}
	}
}

// element returns where the value with an index begins in the list at i, or -1.
func element(d []byte, i int, index string) int {
	n, ok := number(index)
	if !ok {
		return -1
	}
	i = skipSpace(d, i+1)
	if i < len(d) && d[i] == ']' {
		return -1
	}
	for ; n > 0; n-- {
		if i = next(d, i); i < 0 {
			return -1
		}
		i = skipSpace(d, i+1)
	}
	return i
}

// next skips the value at i and returns where the comma behind it is, or -1.
func next(d []byte, i int) int {
	if i = skipValue(d, i); i < 0 {
		return -1
	}
	return comma(d, i)
}

// number reads an index. Lists are far shorter than its limit.
func number(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || n > 1<<28 {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, s != ""
}

// equal compares a key as it stands in the text with one that was asked for.
func equal(raw []byte, key string) bool {
	if len(raw) < len(key) || bytes.IndexByte(raw, '\\') < 0 {
		return string(raw) == key
	}
	return string(Unescape(nil, raw)) == key
}

func skipSpace(d []byte, i int) int {
	for i < len(d) && (d[i] == ' ' || d[i] == '\n' || d[i] == '\t' || d[i] == '\r') {
		i++
	}
	return i
}

// skipValue returns the index behind the value at i, or -1.
func skipValue(d []byte, i int) int {
	if i >= len(d) {
		return -1
	}
	switch d[i] {
	case '"':
		return skipString(d, i+1)
	case '{', '[':
		return skipNested(d, i)
	}
	begin := i
	for i < len(d) && scalar[d[i]] {
		i++
	}
	if i == begin {
		return -1
	}
	return i
}

// scalar has the bytes of numbers and of true, false and null.
var scalar = func() (t [256]bool) {
	for _, c := range "-+.0123456789eEtrufalsn" {
		t[c] = true
	}
	return t
}()

package main

import "strings"

// texts are texts to be found, in lower case where case does not count.
type texts struct {
	list    []string
	fold    bool
	longest int // bytes
}

// text returns s as it is compared.
func (t *texts) text(s string) string {
	if !t.fold {
		return s
	}
	for i := 0; i < len(s); i++ {
		if s[i] >= 'A' && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if b[i] >= 'A' && b[i] <= 'Z' {
					b[i] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}

// in reports whether s contains one of the texts.
func (t *texts) in(s string) bool {
	if len(t.list) == 0 {
		return false
	}
	s = t.text(s)
	for _, want := range t.list {
		if strings.Contains(s, want) {
			return true
		}
	}
	return false
}

// are reports whether s is one of the texts.
func (t *texts) are(s string) bool {
	s = t.text(s)
	for _, want := range t.list {
		if s == want {
			return true
		}
	}
	return false
}

// inHeader reports whether a header contains one of the texts, in its name, its
// value, or both with a line break between. Names have no case.
func (t *texts) inHeader(name, value string) bool {
	if t.in(name + "\n" + value) {
		return true
	}
	for _, want := range t.list {
		if strings.Contains(strings.ToLower(name), strings.ToLower(want)) {
			return true
		}
	}
	return false
}

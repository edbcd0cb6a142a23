package format

// OneLine returns s with its control characters escaped: \n, \r, and \x1b and the
// like for all others but the tab. So a line of a log stays one line, and what a
// client sent can neither forge another one nor command a terminal. The C1
// controls, which some terminals obey, are escaped as well; other text is kept
// as it is, and s itself is returned where nothing is to be escaped.
func OneLine(s string) string {
	i := 0
	for i < len(s) && controlAt(s, i) == 0 {
		i++
	}
	if i == len(s) {
		return s
	}
	line := append(make([]byte, 0, len(s)+16), s[:i]...)
	return string(appendEscaped(line, s[i:]))
}

func appendEscaped(line []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); i++ {
		width := controlAt(s, i)
		if width == 0 {
			continue
		}
		line = append(line, s[from:i]...)
		line = appendControl(line, s[i+width-1])
		i += width - 1
		from = i + 1
	}
	return append(line, s[from:]...)
}

// controlAt returns how many bytes the control character at s[i] takes, 0 if
// there is none.
func controlAt(s string, i int) int {
	c := s[i]
	switch {
	case c == '\t':
		return 0
	case c < ' ' || c == 0x7f:
		return 1
	case c == 0xc2 && i+1 < len(s) && s[i+1] >= 0x80 && s[i+1] < 0xa0:
		return 2
	}
	return 0
}

func appendControl(line []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '\n':
		return append(line, `\n`...)
	case '\r':
		return append(line, `\r`...)
	}
	return append(line, '\\', 'x', hex[c>>4], hex[c&15])
}

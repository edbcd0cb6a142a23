package jsonscan

const (
	slashes = '\\' * ones
	spaces  = 0x21 * ones // the first byte that is above those that special looks for
)

// special has the high bit set in the first byte of w that is a quote, a backslash
// or a control character, and in no byte before it. With its second bit turned, a
// quote is a space, and no other byte above the controls is as low.
func special(w uint64) uint64 {
	q, s := w^2*ones, w^slashes
	return ((q-spaces)&^q | (s-ones)&^s) & highs
}

// checkString returns the index behind the quote that ends a valid string which
// began before i, or -1.
func checkString(d []byte, i int) int {
	for i+8 <= len(d) {
		m := special(load(d, i))
		if m == 0 {
			i += 8
			for i+32 <= len(d) && special(load(d, i))|special(load(d, i+8))|special(load(d, i+16))|special(load(d, i+24)) == 0 {
				i += 32
			}
			continue
		}
		i += first(m) + 1
		if d[i-1] == '"' {
			return i
		}
		if i = checkEscape(d, i-1); i < 0 {
			return -1
		}
	}
	for i < len(d) {
		switch c := d[i]; {
		case c == '"':
			return i + 1
		case c == '\\' || c < ' ':
			if i = checkEscape(d, i); i < 0 {
				return -1
			}
		default:
			i++
		}
	}
	return -1
}

// checkEscape returns the index behind the escape at i, or -1: where it is none,
// too.
func checkEscape(d []byte, i int) int {
	if d[i] != '\\' || i+1 >= len(d) {
		return -1
	}
	switch d[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		if i+6 > len(d) {
			return -1
		}
		for _, c := range d[i+2 : i+6] {
			if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
				return -1
			}
		}
		return i + 6
	}
	return -1
}

// checkScalar returns the index behind the number or the word at i, or -1.
func checkScalar(d []byte, i int) int {
	switch d[i] {
	case 't':
		return word(d, i, "true")
	case 'f':
		return word(d, i, "false")
	case 'n':
		return word(d, i, "null")
	case '-':
		i++
	}
	if i >= len(d) {
		return -1
	}
	if d[i] == '0' {
		i++
	} else if i = skipDigits(d, i); i < 0 {
		return -1
	}
	if i < len(d) && d[i] == '.' {
		if i = skipDigits(d, i+1); i < 0 {
			return -1
		}
	}
	if i < len(d) && d[i]|0x20 == 'e' {
		if i++; i < len(d) && (d[i] == '+' || d[i] == '-') {
			i++
		}
		return skipDigits(d, i)
	}
	return i
}

func word(d []byte, i int, w string) int {
	if len(d)-i < len(w) || string(d[i:i+len(w)]) != w {
		return -1
	}
	return i + len(w)
}

// skipDigits returns the index behind at least one digit from i on, or -1.
func skipDigits(d []byte, i int) int {
	begin := i
	for i < len(d) && d[i]-'0' < 10 {
		i++
	}
	if i == begin {
		return -1
	}
	return i
}

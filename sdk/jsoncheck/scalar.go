package jsoncheck

import "strconv"

// word takes true, false or null.
func (c *checker) word(w string) *Error {
	if len(c.data)-c.pos < len(w) || string(c.data[c.pos:c.pos+len(w)]) != w {
		return c.unexpected("a value")
	}
	c.pos += len(w)
	return nil
}

// number takes a number: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
func (c *checker) number() *Error {
	start := c.pos
	c.accept('-')
	if !c.accept('0') && !c.digits() {
		return c.fail("a digit is expected")
	}
	if c.accept('.') && !c.digits() {
		return c.fail("a digit is expected after the point")
	}
	if c.accept('e') || c.accept('E') {
		_ = c.accept('+') || c.accept('-')
		if !c.digits() {
			return c.fail("a digit is expected in the exponent")
		}
	}
	if c.pos-start > maxNumber {
		c.pos = start
		return c.fail("a number has more than " + strconv.Itoa(maxNumber) + " characters")
	}
	return nil
}

func (c *checker) accept(b byte) bool {
	if c.pos < len(c.data) && c.data[c.pos] == b {
		c.pos++
		return true
	}
	return false
}

// digits takes one or more.
func (c *checker) digits() bool {
	start := c.pos
	for c.pos < len(c.data) && '0' <= c.data[c.pos] && c.data[c.pos] <= '9' {
		c.pos++
	}
	return c.pos > start
}

// str takes a string, whose opening quote is next.
func (c *checker) str() *Error {
	for c.pos++; c.pos < len(c.data); {
		switch b := c.data[c.pos]; {
		case b == '"':
			c.pos++
			return nil
		case b < ' ':
			return c.fail("a control character is in a string without an escape")
		case b == '\\':
			if err := c.escape(); err != nil {
				return err
			}
		default:
			c.pos++
		}
	}
	return c.fail("the text ends in a string")
}

func (c *checker) escape() *Error {
	if c.pos+1 >= len(c.data) {
		return c.fail("the text ends in a string")
	}
	switch c.data[c.pos+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		c.pos += 2
		return nil
	case 'u':
		return c.unicode()
	}
	return c.fail("an escape that JSON doesn't have")
}

// unicode takes \uXXXX, and both halves of a surrogate pair: one alone stands
// for no character.
func (c *checker) unicode() *Error {
	high, ok := c.hex4(c.pos)
	if !ok {
		return c.fail(`four hexadecimal digits are expected after \u`)
	}
	if high < 0xD800 || high > 0xDFFF {
		c.pos += 6
		return nil
	}
	low, ok := c.hex4(c.pos + 6)
	if !ok || high > 0xDBFF || low < 0xDC00 || low > 0xDFFF {
		return c.fail("an escape is one half of a surrogate pair")
	}
	c.pos += 12
	return nil
}

// hex4 reads the escape \uXXXX at an index.
func (c *checker) hex4(at int) (n uint16, ok bool) {
	if at+6 > len(c.data) || c.data[at] != '\\' || c.data[at+1] != 'u' {
		return 0, false
	}
	for _, b := range c.data[at+2 : at+6] {
		n <<= 4
		switch {
		case '0' <= b && b <= '9':
			n |= uint16(b - '0')
		case 'a' <= b && b <= 'f':
			n |= uint16(b - 'a' + 10)
		case 'A' <= b && b <= 'F':
			n |= uint16(b - 'A' + 10)
		default:
			return 0, false
		}
	}
	return n, true
}

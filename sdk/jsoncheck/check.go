package jsoncheck

import (
	"strconv"
	"unicode/utf8"
)

// Check reports a text that is not one JSON value, or that goes beyond the
// limits. The error is an *Error.
func Check(data []byte, limits Limits) error {
	limits = limits.orDefaults()
	if len(data) > limits.Bytes {
		return newError(nil, 0, ErrBytes, "JSON of "+strconv.Itoa(len(data))+" bytes, at most "+
			strconv.Itoa(limits.Bytes)+" are allowed")
	}
	if at := invalidUTF8(data); at >= 0 {
		return newError(data, at, ErrSyntax, "not valid UTF-8")
	}
	c := checker{data: data, limits: limits}
	if err := c.run(); err != nil {
		return err
	}
	return nil
}

// invalidUTF8 is the index of the first byte that isn't UTF-8, or -1.
func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// checker walks over a text. open holds the brackets that are not closed yet.
type checker struct {
	data   []byte
	pos    int
	open   []byte
	values int
	limits Limits
	keys   keys
}

// run takes a value, then what may follow it, until every bracket is closed.
func (c *checker) run() *Error {
	for {
		opened, err := c.value()
		if err != nil {
			return err
		}
		if opened {
			continue
		}
		if done, err := c.follow(); done || err != nil {
			return err
		}
	}
}

// value takes a scalar, an empty list or object, or the beginning of one that
// is not empty: then the next value is its first.
func (c *checker) value() (opened bool, err *Error) {
	if err := c.count(); err != nil {
		return false, err
	}
	switch b := c.peek(); {
	case b == '{' || b == '[':
		return c.begin(b)
	case b == '"':
		return false, c.str()
	case b == '-' || '0' <= b && b <= '9':
		return false, c.number()
	case b == 't':
		return false, c.word("true")
	case b == 'f':
		return false, c.word("false")
	case b == 'n':
		return false, c.word("null")
	}
	return false, c.unexpected("a value")
}

func (c *checker) begin(bracket byte) (opened bool, err *Error) {
	if len(c.open) >= c.limits.Depth {
		return false, tooDeep(c.data, c.pos, c.limits.Depth)
	}
	c.pos++
	if c.peek() == bracket+2 { // '{' and '}', '[' and ']' are two apart
		c.pos++
		return false, nil
	}
	c.open = append(c.open, bracket)
	if c.limits.UniqueKeys {
		c.keys.begin()
	}
	if bracket == '{' {
		return true, c.key()
	}
	return true, nil
}

// key takes a key and its colon.
func (c *checker) key() *Error {
	if err := c.count(); err != nil {
		return err
	}
	if c.peek() != '"' {
		return c.unexpected("a key in quotes")
	}
	start := c.pos
	if err := c.str(); err != nil {
		return err
	}
	if c.limits.UniqueKeys && !c.keys.add(c.data[start+1:c.pos-1]) {
		return newError(c.data, start, ErrDuplicate, "an object has the same key twice")
	}
	if c.peek() != ':' {
		return c.unexpected("a colon")
	}
	c.pos++
	return nil
}

// follow takes closing brackets, and the comma before the next value. done is
// true at the end of the text.
func (c *checker) follow() (done bool, err *Error) {
	for len(c.open) > 0 {
		bracket := c.open[len(c.open)-1]
		switch c.peek() {
		case bracket + 2:
			c.pos++
			c.open = c.open[:len(c.open)-1]
			if c.limits.UniqueKeys {
				c.keys.end()
			}
			continue
		case ',':
			c.pos++
			if bracket == '{' {
				err = c.key()
			}
			return false, err
		}
		return false, c.unexpected("a comma or a closing bracket")
	}
	if c.peek(); c.pos < len(c.data) {
		return false, c.fail("something follows the value")
	}
	return true, nil
}

func (c *checker) count() *Error {
	if c.values++; c.values > c.limits.Values {
		return newError(c.data, c.pos, ErrValues, "JSON has more than "+strconv.Itoa(c.limits.Values)+" values")
	}
	return nil
}

// peek skips white space and returns the byte after it, 0 at the end.
func (c *checker) peek() byte {
	for ; c.pos < len(c.data); c.pos++ {
		switch b := c.data[c.pos]; b {
		case ' ', '\t', '\n', '\r':
		default:
			return b
		}
	}
	return 0
}

func (c *checker) fail(message string) *Error {
	return newError(c.data, c.pos, ErrSyntax, message)
}

func (c *checker) unexpected(want string) *Error {
	if c.pos >= len(c.data) {
		return c.fail("the text ends where " + want + " is expected")
	}
	return c.fail(want + " is expected")
}

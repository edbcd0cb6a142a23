package wrapper

import (
	"errors"
	"strconv"
)

// Bool reports whether the value is a number that is not 0.
func (v RedisValue) Bool() bool { return v.Integer() != 0 }

// Equals reports whether both values are sent by Redis in the same way.
func (v RedisValue) Equals(value RedisValue) bool {
	a, err := v.MarshalRESP()
	if err != nil {
		return false
	}
	b, err := value.MarshalRESP()
	return err == nil && string(a) == string(b)
}

// MarshalRESP returns the value as Redis sends it (RESP, version 2). The zero
// value, which Redis never sends, is an error.
func (v RedisValue) MarshalRESP() ([]byte, error) { return v.appendRESP(nil) }

func (v RedisValue) appendRESP(b []byte) (_ []byte, err error) {
	switch {
	case v.null && v.typ == '*':
		return append(b, "*-1\r\n"...), nil
	case v.null && (v.typ == '$' || v.typ == 0):
		return append(b, "$-1\r\n"...), nil
	}
	switch v.typ {
	case '+', '-':
		b = append(append(b, v.typ), v.str...)
	case ':':
		b = strconv.AppendInt(append(b, ':'), int64(v.integer), 10)
	case '$':
		b = append(strconv.AppendInt(append(b, '$'), int64(len(v.str)), 10), "\r\n"...)
		b = append(b, v.str...)
	case '*':
		b = append(strconv.AppendInt(append(b, '*'), int64(len(v.array)), 10), "\r\n"...)
		for _, element := range v.array {
			if b, err = element.appendRESP(b); err != nil {
				return nil, err
			}
		}
		return b, nil
	default:
		return nil, errNotRESP
	}
	return append(b, "\r\n"...), nil
}

var errNotRESP = errors.New("a value of no RESP type")

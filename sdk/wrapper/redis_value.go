package wrapper

import "strconv"

// RedisValue is an answer of Redis, for callbacks that don't import
// tidwall/resp. Its methods mean the same as those of resp.Value, and its
// fields are the same (see redis_callback.go).
type RedisValue struct {
	typ     byte
	integer int
	str     []byte
	array   []RedisValue
	null    bool
}

// Type returns the RESP type: '+' text, '-' error, ':' number, '$' bytes, '*'
// list.
func (v RedisValue) Type() byte { return v.typ }

// IsNull reports whether the value is null: no such key, for example.
func (v RedisValue) IsNull() bool { return v.null }

// Error returns an error of Redis or of the call itself, nil for other values.
// Compare it with ErrRedisTimeout and the others with errors.Is; one of the call
// itself is a *RedisFailure.
func (v RedisValue) Error() error {
	if v.typ != '-' {
		return nil
	}
	text := string(v.str)
	if e := failureOf(text, v.integer); e != nil {
		return e
	}
	return &redisValueError{text, RedisReason(text)}
}

// String returns the value as text, "" for null and for lists.
func (v RedisValue) String() string {
	if v.typ == ':' {
		return strconv.Itoa(v.integer)
	}
	return string(v.str)
}

// Bytes returns the value as bytes, nil for null.
func (v RedisValue) Bytes() []byte {
	if v.typ == ':' {
		return []byte(v.String())
	}
	return v.str
}

// Integer returns the value as a number, 0 where it is none.
func (v RedisValue) Integer() int {
	if v.typ == ':' {
		return v.integer
	}
	n, _ := strconv.ParseInt(string(v.str), 10, 64)
	return int(n)
}

// Float returns the value as a number, 0 where it is none.
func (v RedisValue) Float() float64 {
	f, _ := strconv.ParseFloat(v.String(), 64)
	return f
}

// Array returns the elements of a list, nil for null and other values.
func (v RedisValue) Array() []RedisValue { return v.array }

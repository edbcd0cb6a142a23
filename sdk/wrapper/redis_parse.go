package wrapper

import (
	"bytes"
	"errors"
	"strconv"
)

// maxRESPDepth is how deep lists may be nested in an answer.
const maxRESPDepth = 32

var (
	errRESP      = errors.New("the answer is not one complete RESP value")
	errRESPShort = errors.New("the answer is not one complete RESP value: it breaks off") // more could make it one
)

// parseRESP reads the first value of an answer (RESP version 2). Lengths are
// checked against what is there before anything is allocated for them.
func parseRESP(b []byte) (RedisValue, error) {
	v, _, err := parseValue(b, 0)
	return v, err
}

func parseValue(b []byte, depth int) (v RedisValue, rest []byte, err error) {
	end := bytes.Index(b, []byte("\r\n"))
	if end < 0 {
		return v, nil, errRESPShort
	}
	if end == 0 {
		return v, nil, errRESP
	}
	line, rest := b[1:end], b[end+2:]
	v.typ = b[0]
	switch v.typ {
	case '+', '-':
		v.str = line
		return v, rest, nil
	case ':', '$', '*':
	default:
		return v, nil, errRESP
	}
	n, err := strconv.ParseInt(string(line), 10, 64)
	if err != nil {
		return v, nil, errRESP
	}
	switch {
	case v.typ == ':':
		v.integer = int(n)
		return v, rest, nil
	case n < 0:
		v.null = true
		return v, rest, nil
	case v.typ == '$':
		return parseBulk(v, n, rest)
	}
	return parseArray(v, n, rest, depth)
}

func parseBulk(v RedisValue, n int64, b []byte) (RedisValue, []byte, error) {
	if n > int64(len(b))-2 {
		return v, nil, errRESPShort
	}
	if b[n] != '\r' || b[n+1] != '\n' {
		return v, nil, errRESP
	}
	v.str = b[:n:n]
	return v, b[n+2:], nil
}

func parseArray(v RedisValue, n int64, b []byte, depth int) (RedisValue, []byte, error) {
	const shortest = 3 // bytes of a value: "+\r\n"
	if depth >= maxRESPDepth {
		return v, nil, errRESP
	}
	if n > int64(len(b)/shortest) {
		return v, nil, errRESPShort
	}
	v.array = make([]RedisValue, n)
	var err error
	for i := range v.array {
		if v.array[i], b, err = parseValue(b, depth+1); err != nil {
			return v, nil, err
		}
	}
	return v, b, nil
}

package decode

import (
	"bytes"
	"reflect"
	"strconv"
)

// Numbers of gjson.Type.
const (
	resultNull = iota
	resultFalse
	resultNumber
	resultString
	resultTrue
	resultJSON
)

// setResult makes v, a gjson.Result, what gjson.Parse makes of raw, which is a
// valid value without white space before it.
func setResult(v reflect.Value, raw []byte) {
	kind := resultJSON
	if raw[0] != '{' && raw[0] != '[' {
		raw = bytes.TrimRight(raw, " \t\r\n")
	}
	v.SetZero()
	switch raw[0] {
	case '{', '[':
	case '"':
		kind = resultString
		v.FieldByName("Str").SetString(string(unquote(raw)))
	case 't':
		kind = resultTrue
	case 'f':
		kind = resultFalse
	case 'n':
		kind = resultNull
	default:
		kind = resultNumber
		f, _ := strconv.ParseFloat(string(raw), 64) // infinite beyond its range
		v.FieldByName("Num").SetFloat(f)
	}
	v.FieldByName("Type").SetInt(int64(kind))
	v.FieldByName("Raw").SetString(string(raw))
}

package main

import (
	"errors"
	"strings"
)

// Types of bodies that can be changed.
const (
	typeJSON      = "application/json"
	typeForm      = "application/x-www-form-urlencoded"
	typeMultipart = "multipart/form-data"
)

// errMedia is returned for a header value that is not of RFC 9110's form.
var errMedia = errors.New("a header's parameters can't be read")

// media reads a value and one of its parameters, as content-type and
// content-disposition have them: text/plain; charset="utf-8". The value is in
// lower case; found says that the parameter is there.
func media(text, parameter string) (value, param string, found bool, err error) {
	value, rest, _ := strings.Cut(text, ";")
	value = strings.ToLower(strings.Trim(value, " \t"))
	for rest != "" {
		end := strings.IndexAny(rest, ";=")
		if end < 0 {
			break
		}
		name, separator, v := rest[:end], rest[end], ""
		rest = rest[end+1:]
		if separator == ';' {
			continue // a name without a value
		}
		if v, rest, err = paramValue(rest); err != nil {
			return "", "", false, err
		}
		if strings.EqualFold(strings.Trim(name, " \t"), parameter) && !found {
			param, found = v, true
		}
	}
	return value, param, found, nil
}

// paramValue takes a token or a quoted string, and the semicolon behind it.
func paramValue(text string) (value, rest string, err error) {
	text = strings.TrimLeft(text, " \t")
	if !strings.HasPrefix(text, `"`) {
		value, rest, _ = strings.Cut(text, ";")
		return strings.TrimRight(value, " \t"), rest, nil
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			rest = strings.TrimLeft(text[i+1:], " \t")
			if rest != "" && rest[0] != ';' {
				return "", "", errMedia
			}
			return b.String(), strings.TrimPrefix(rest, ";"), nil
		case c == '\\' && i+1 < len(text) && (text[i+1] == '"' || text[i+1] == '\\'): // file names of Windows have others
			i++
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", "", errMedia
}

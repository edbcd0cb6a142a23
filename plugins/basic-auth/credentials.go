package main

import (
	"encoding/base64"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

var (
	errNone    = errors.New("the request has no Basic credentials")
	errInvalid = errors.New("the request's credentials are not valid")
)

// strict refuses padding that has bits in it.
var strict = base64.StdEncoding.Strict()

// scheme is compared without case (RFC 9110, section 11.1).
const scheme = "basic "

// credentials takes user and password off the header Authorization.
func credentials() (user, password string, err error) {
	header, err := wrapper.OneRequestHeader("authorization")
	switch {
	case errors.Is(err, types.ErrorStatusNotFound):
		return "", "", errNone
	case err != nil:
		return "", "", errInvalid
	}
	return parse(header)
}

// parse reads the header's value. What RFC 7617 does not allow is refused: base64
// with other padding than there should be, a user without a colon behind it,
// control characters, and text that is not UTF-8.
func parse(header string) (user, password string, err error) {
	if len(header) < len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) {
		return "", "", errNone
	}
	encoded := strings.TrimLeft(header[len(scheme):], " ")
	text, err := strict.DecodeString(encoded)
	// The decoder passes over line breaks.
	if err != nil || strings.ContainsAny(encoded, "\r\n") || !utf8.Valid(text) {
		return "", "", errInvalid
	}
	user, password, ok := strings.Cut(string(text), ":")
	if !ok || hasControl(user) || hasControl(password) {
		return "", "", errInvalid
	}
	return user, password, nil
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

package main

import (
	"errors"
	"slices"
	"strings"
)

// authorization are the parameters of an Authorization header.
type authorization struct {
	keyID, algorithm, signature string
	// headers are as the client writes them.
	headers []string
}

// signatureScheme is the scheme, as APISIX compares it.
const signatureScheme = "Signature "

// maxSigned bounds how many headers are signed.
const maxSigned = 100

var errParameters = errors.New("malformed Authorization header")

// parseAuthorization reads the header's value: parameters name="value" with commas
// between. Unknown ones are passed over; one that is there twice is an error.
func parseAuthorization(text string) (a authorization, err error) {
	rest, ok := strings.CutPrefix(text, signatureScheme)
	if !ok {
		return a, errors.New("Authorization header does not start with 'Signature '") //nolint:staticcheck // a part of the answer
	}
	var seen []string
	headers := ""
	for rest = strings.Trim(rest, " \t"); rest != ""; {
		var name, value string
		if name, value, rest, ok = parameter(rest); !ok || slices.Contains(seen, name) {
			return a, errParameters
		}
		seen = append(seen, name)
		switch name {
		case "keyId":
			a.keyID = value
		case "algorithm":
			a.algorithm = value
		case "signature":
			a.signature = value
		case "headers":
			headers = value
		}
	}
	if a.keyID == "" || a.signature == "" {
		return a, errors.New("keyId or signature missing")
	}
	if a.algorithm == "" {
		return a, errors.New("algorithm missing")
	}
	if headers != "" {
		a.headers = strings.Split(headers, " ")
	}
	if len(a.headers) > maxSigned {
		return a, errParameters
	}
	return a, nil
}

// parameter cuts one parameter off, and the comma behind it.
func parameter(text string) (name, value, rest string, ok bool) {
	name, rest, ok = strings.Cut(text, `="`)
	if !ok || name == "" || strings.ContainsAny(name, " \t,=\"") {
		return "", "", "", false
	}
	if value, rest, ok = strings.Cut(rest, `"`); !ok {
		return "", "", "", false
	}
	if rest = strings.Trim(rest, " \t"); rest == "" {
		return name, value, "", true
	}
	if rest, ok = strings.CutPrefix(rest, ","); !ok {
		return "", "", "", false
	}
	rest = strings.TrimLeft(rest, " \t")
	return name, value, rest, rest != ""
}

// requestTarget stands for method and path among the headers.
const requestTarget = "@request-target"

// text is what is signed: the key, and a line for each header that is there.
func (a authorization) text(m *message) string {
	var b strings.Builder
	b.WriteString(a.keyID + "\n")
	for _, name := range a.headers {
		if name == requestTarget {
			b.WriteString(m.method + " " + m.path + "\n")
		} else if value, found := m.lookup(name); found {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	return b.String()
}

// signs reports whether a header is among those that are signed.
func (a authorization) signs(name string) bool {
	return slices.ContainsFunc(a.headers, func(h string) bool { return strings.EqualFold(h, name) })
}

package wrapper

import (
	"errors"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/ascii"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// ErrSeveralValues is returned for a header that has to have one value and has
// several.
var ErrSeveralValues = errors.New("the request has several values for this header")

// OneRequestHeader returns the value of a request header that decides something,
// such as authorization. proxywasm.GetHttpRequestHeader shows only the first of
// several, or all of them joined: a client that sends two makes the plugin look
// at one while the upstream uses the other. Here two lines of that name, and a
// comma outside of double quotes, by which gateways join lines, are
// [ErrSeveralValues]. So are the parameters of Digest credentials, which need
// commas. Spaces around the value are cut off. types.ErrorStatusNotFound where
// there is no such header, or an empty one.
func OneRequestHeader(name string) (string, error) {
	all, err := proxywasm.GetHttpRequestHeaders()
	if err != nil {
		return "", err
	}
	value, found := "", false
	for _, h := range all {
		if !ascii.EqualFold(h[0], name) {
			continue
		}
		if found || isJoined(h[1]) {
			return "", ErrSeveralValues
		}
		value, found = strings.Trim(h[1], " \t"), true
	}
	if value == "" {
		return "", types.ErrorStatusNotFound
	}
	return value, nil
}

// isJoined reports whether there is a comma outside of quoted strings (RFC 9110,
// section 5.6.4).
func isJoined(value string) bool {
	quoted := false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			return true
		}
	}
	return quoted // the end of the string is missing: nobody knows what it holds
}

package registry

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// maxChallenge bounds a WWW-Authenticate header.
const maxChallenge = 8 << 10

// realmOf finds the token service that a bearer challenge names. Other kinds
// of challenge have none.
func realmOf(challenge string) (service *url.URL, ok bool, err error) {
	if len(challenge) > maxChallenge {
		return nil, false, fmt.Errorf("%w: a WWW-Authenticate header of %d bytes", ErrRefused, len(challenge))
	}
	scheme, rest, _ := strings.Cut(strings.TrimSpace(challenge), " ")
	if !strings.EqualFold(scheme, "bearer") {
		return nil, false, nil
	}
	realm, ok := parameter(rest, "realm")
	if !ok {
		return nil, false, errors.New("the registry asks for a token and names no service for it")
	}
	service, err = url.Parse(realm)
	if err != nil || service.Host == "" || service.User != nil {
		return nil, false, fmt.Errorf("%w: the registry's token service is no plain URL", ErrRefused)
	}
	return service, true, nil
}

// parameter finds the value of a name in `a="b", c=d`.
func parameter(list, name string) (string, bool) {
	for list != "" {
		key, rest, found := strings.Cut(list, "=")
		if !found {
			return "", false
		}
		value, after := token(rest)
		if strings.EqualFold(strings.Trim(key, " ,\t"), name) {
			return value, true
		}
		list = after
	}
	return "", false
}

// token reads a value, quoted or not, and returns what follows it.
func token(text string) (value, rest string) {
	if !strings.HasPrefix(text, `"`) {
		value, rest, _ = strings.Cut(text, ",")
		return strings.TrimSpace(value), rest
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			if i++; i < len(text) {
				b.WriteByte(text[i])
			}
		case '"':
			return b.String(), text[i+1:]
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String(), ""
}

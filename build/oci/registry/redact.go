package registry

import (
	"errors"
	"net/http"
	"net/url"

	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/errcode"
)

// shown are the query parameters that an error may show: those of the registry
// protocol. Others may be signatures.
var shown = [...]string{"digest", "mount", "from", "n", "last", "service", "scope", "ns"}

// Redact takes out of err what could be a secret: passwords and the parameters
// of URLs that aren't the registry protocol's. It changes err in place.
func Redact(err error) error {
	var status *errcode.ErrorResponse
	if errors.As(err, &status) && status.URL != nil {
		status.URL = redactURL(status.URL)
	}
	var sent *url.Error
	if errors.As(err, &sent) {
		if u, parseErr := url.Parse(sent.URL); parseErr == nil {
			sent.URL = redactURL(u).String()
		} else {
			sent.URL = "(URL withheld)"
		}
	}
	return err
}

func redactURL(u *url.URL) *url.URL {
	clean := *u
	if clean.User != nil {
		clean.User = url.User("xxxxx")
	}
	query := clean.Query()
	for name := range query {
		if !isShown(name) {
			query[name] = []string{"xxxxx"}
		}
	}
	clean.RawQuery = query.Encode()
	clean.Fragment = ""
	return &clean
}

func isShown(name string) bool {
	for _, s := range shown {
		if s == name {
			return true
		}
	}
	return false
}

// redacting is a client whose errors are clean before anybody can make a part
// of their own message of them.
type redacting struct{ *auth.Client }

// Do sends req.
func (c redacting) Do(req *http.Request) (*http.Response, error) {
	res, err := c.Client.Do(req)
	if err != nil {
		return nil, Redact(err)
	}
	return res, nil
}

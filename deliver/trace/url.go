package trace

import (
	"net/url"
	"strings"
)

// redacted is a URL without a user, password and query.
func redacted(text string) string {
	if strings.HasPrefix(text, "oci://") {
		return text // "name@digest" is no user
	}
	u, err := url.Parse(text)
	if err != nil {
		scheme, _, _ := strings.Cut(text, "://")
		return scheme + "://(withheld)"
	}
	if u.User != nil {
		u.User = url.User("xxxxx")
	}
	if u.RawQuery != "" {
		u.RawQuery = "xxxxx"
	}
	return u.String()
}

// Package cleanurl takes out of URLs what could be a secret, before people see them.
package cleanurl

import (
	"net/url"
	"strings"
)

// hidden stands for what is taken out.
const hidden = "xxxxx"

// Of is a URL of a module without user, password, query and fragment. The name of
// an image has none of them, and stays: "name@digest" is no user.
func Of(text string) string {
	if strings.HasPrefix(text, "oci://") {
		return text
	}
	u, err := url.Parse(text)
	if err != nil {
		scheme, _, _ := strings.Cut(text, "://")
		return scheme + "://(URL withheld)"
	}
	if u.User != nil {
		u.User = url.User(hidden)
	}
	if u.RawQuery != "" {
		u.RawQuery = hidden
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String()
}

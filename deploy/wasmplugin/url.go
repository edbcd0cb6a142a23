package wasmplugin

import (
	"net/url"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

const oci = "oci://"

// url reads the address of a module.
func (r *reader) url(to *string) setter {
	return func(n *yaml.Node, path string) {
		s, ok := r.word(n, path)
		if !ok {
			return
		}
		u, problem := moduleURL(s)
		if problem != "" {
			r.fail(n, path, "%s", problem)
			return
		}
		*to = u
	}
}

var (
	digest    = regexp.MustCompile(`@sha256:[a-f0-9]{64}$`)
	reference = regexp.MustCompile(`^[A-Za-z0-9\[][A-Za-z0-9.:\-\[\]]*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$`)
)

// moduleURL gives the address with a scheme, or says what is wrong with it.
func moduleURL(s string) (address, problem string) {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		scheme, rest = "oci", s
	}
	switch {
	case rest == "" || strings.ContainsAny(s, " \t\r\n"):
		return "", "want the address of a module, such as oci://registry.example/team/plugin:1.0.0, got " + masked(s)
	case scheme == "oci":
		return ociURL(s, rest)
	case scheme == "file":
		if !strings.HasPrefix(rest, "/") {
			return "", "want file:// and the file's whole path, from the root, got " + masked(s)
		}
		return s, ""
	case scheme == "http" || scheme == "https":
		u, err := url.Parse(s)
		if err != nil || u.Host == "" {
			return "", "want the address of a .wasm file, got " + masked(s)
		}
		return s, ""
	}
	return "", "the scheme of " + masked(s) + " is none of oci, http, https, file"
}

func ociURL(s, rest string) (address, problem string) {
	name, sum, pinned := strings.Cut(rest, "@")
	switch {
	case pinned && strings.Contains(sum, "@"), pinned && !strings.HasPrefix(sum, "sha256:") && strings.ContainsAny(sum, "/:."):
		return "", "an image's address has no user and password; name a secret with imagePullSecret: " + masked(s)
	case pinned && !digest.MatchString(rest):
		return "", "the digest must be sha256: and 64 digits of 0 to 9 and a to f, in " + masked(s)
	case !reference.MatchString(name):
		return "", "want an image such as registry.example/team/plugin:1.0.0, in small letters, got " + masked(s)
	}
	return oci + rest, ""
}

// masked is an address for a message, without a user's name and password and
// without a query.
func masked(s string) string {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		scheme, rest = "", s
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i] + "?..."
	}
	authority, path, slash := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(authority, '@'); i >= 0 && !strings.HasPrefix(authority[i:], "@sha256:") {
		authority = "***" + authority[i:]
	}
	if slash {
		authority += "/" + path
	}
	if ok {
		authority = scheme + "://" + authority
	}
	return quoted(authority)
}

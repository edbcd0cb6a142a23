package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/httpmatch"
)

// location is where a request with that path and query is sent, if the rule is for
// it.
func (r *Rule) location(path string) (to string, ok bool) {
	path, _, _ = strings.Cut(path, "#")
	path, query, _ := strings.Cut(path, "?")
	target := r.target
	switch {
	case r.regex != nil:
		found := r.regex.FindStringSubmatchIndex(path)
		if found == nil {
			return "", false
		}
		target = string(r.regex.ExpandString(nil, target, path, found))
	case !r.Matches(path):
		return "", false
	case r.How() == httpmatch.Prefix && r.AppendPath:
		target = appendPath(target, path[len(r.Prefix):])
	}
	if r.KeepQuery && query != "" {
		target = addQuery(target, query)
	}
	return r.base + clean(target), true
}

// appendPath puts more behind the path of a target.
func appendPath(target, more string) string {
	end := strings.IndexAny(target, "?#")
	if end < 0 {
		end = len(target)
	}
	return target[:end] + more + target[end:]
}

// addQuery puts a query behind the one that is there, and before the fragment.
func addQuery(target, query string) string {
	target, fragment, has := strings.Cut(target, "#")
	if strings.Contains(target, "?") {
		target += "&" + query
	} else {
		target += "?" + query
	}
	if has {
		target += "#" + fragment
	}
	return target
}

// clean makes a path that leads to no other host whatever reads it: several
// slashes at its beginning, or backslashes, which browsers take for slashes, would
// make the next word a host's name. Bytes that no URL has are escaped.
func clean(target string) string {
	end := 0
	for end < len(target) && (target[end] == '/' || target[end] == '\\') {
		end++
	}
	const hex = "0123456789ABCDEF"
	out := make([]byte, 1, len(target)+8)
	out[0] = '/'
	for _, c := range []byte(target[end:]) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\\\"<>^`{|}", c) >= 0 {
			out = append(out, '%', hex[c>>4], hex[c&15])
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

// secureHost is a request's host on https. ok is false for what is no host, and
// for one that is not to be served.
func (c *Config) secureHost(authority string) (host string, ok bool) {
	if !isAuthority(authority) {
		return "", false
	}
	host = httpmatch.Host(authority)
	if len(c.HTTPSHosts) > 0 && !slices.ContainsFunc(c.HTTPSHosts, func(p string) bool { return httpmatch.Wildcard(p, host) }) {
		return "", false
	}
	if c.HTTPSPort != 443 {
		host += ":" + strconv.Itoa(c.HTTPSPort)
	}
	return host, true
}

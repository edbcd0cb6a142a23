package main

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/httpmatch"
)

// Config is the plugin's configuration, global or a rule's.
type Config struct {
	HTTPToHTTPS bool     `json:"http_to_https" description:"Send requests that did not come over TLS to the same URL on https."`
	HTTPSPort   int      `json:"https_port" default:"443" min:"1" max:"65535" description:"The port of https."`
	HTTPSStatus int      `json:"https_status" default:"308" enum:"301,302,303,307,308" description:"The status of these answers. With 307 and 308 the method stays."`
	HTTPSHosts  []string `json:"https_hosts" description:"The hosts that this is done for, with * for any part; others are answered with 400. Without it every host, which is right where the gateway serves only its own."`
	Rules       []Rule   `json:"rules" description:"Other redirects. The first that matches counts."`
}

// Rule is a redirect for some paths.
type Rule struct {
	httpmatch.Text
	To         string `json:"to" required:"true" description:"Where to: a path, or a URL with http or https. With regex, $1 or ${name} in its path or query stand for what the expression has found; $$ is a dollar." example:"/new"`
	Status     int    `json:"status" default:"302" enum:"301,302,303,307,308" description:"The status of the answer."`
	AppendPath bool   `json:"append_path" description:"With prefix: append what follows the prefix in the path."`
	KeepQuery  bool   `json:"keep_query" default:"true" description:"Append the request's query."`

	base   string // scheme and host of To, "" for a path
	target string // the rest of To
	regex  *regexp.Regexp
}

// Validate implements config.Validator.
func (c *Config) Validate() error {
	for i, host := range c.HTTPSHosts {
		c.HTTPSHosts[i] = strings.ToLower(strings.TrimSuffix(host, "."))
	}
	return nil
}

// Validate implements config.Validator.
func (r *Rule) Validate() (err error) {
	if err := r.Text.Validate(); err != nil {
		return err
	}
	if r.base, r.target, err = split(r.To); err != nil {
		return err
	}
	if r.AppendPath && r.How() != httpmatch.Prefix {
		return errors.New("append_path: goes with prefix only")
	}
	if r.Regex == "" {
		return nil
	}
	r.regex, err = regexp.Compile(r.Regex)
	return err
}

// split takes a target apart. What is found in a request may never become a part
// of the scheme or the host.
func split(to string) (base, target string, err error) {
	for i := range len(to) {
		if c := to[i]; c <= ' ' || c == 0x7f || c == '\\' {
			return "", "", errors.New("to: " + strconv.QuoteRune(rune(c)) + " must be escaped")
		}
	}
	if strings.HasPrefix(to, "/") {
		if strings.HasPrefix(to, "//") {
			return "", "", errors.New("to: begins with //, which leads to another host; write the scheme, too")
		}
		return "", to, nil
	}
	scheme, rest, _ := strings.Cut(to, "://")
	if scheme != "http" && scheme != "https" {
		return "", "", errors.New("to: must begin with / or with http:// or https://")
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	if !isAuthority(rest[:end]) {
		return "", "", errors.New("to: its host must be a name or an address, and nothing that a request decides")
	}
	return scheme + "://" + rest[:end], rest[end:], nil
}

// isAuthority reports whether text is a host, with or without a port.
func isAuthority(text string) bool {
	host := text
	if i := strings.LastIndexByte(text, ':'); i >= 0 && strings.IndexByte(text[i:], ']') < 0 {
		host = text[:i]
		if port, err := strconv.ParseUint(text[i+1:], 10, 16); err != nil || port == 0 {
			return false
		}
	}
	return isHost(host)
}

// isHost reports whether text is a name, or an address in brackets.
func isHost(text string) bool {
	if inner, bracket := strings.CutPrefix(text, "["); bracket {
		inner, bracket = strings.CutSuffix(inner, "]")
		return bracket && inner != "" && strings.Trim(inner, "0123456789abcdefABCDEF:.") == ""
	}
	letter := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_'
	}
	return len(text) <= 255 && strings.Trim(text, ".") != "" && strings.IndexFunc(text, func(r rune) bool { return !letter(r) }) < 0
}

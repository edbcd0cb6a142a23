package main

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"

	"github.com/sluiceproxy/sluice/plugins/internal/consumer"
	"github.com/sluiceproxy/sluice/plugins/internal/query"
)

// stripClaimHeaders takes off what the client sends in the place of claims: of
// every request, since upstream believes these headers on all routes.
func (c *Config) stripClaimHeaders(headers [][2]string) error {
	if len(c.claimHeaders) == 0 {
		return nil
	}
	for _, h := range headers {
		if name := strings.ToLower(h[0]); c.claimHeaders[name] {
			if err := proxywasm.RemoveHttpRequestHeader(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// pass lets the request go on with its claims and its consumer in headers.
func (p *passed) pass(headers [][2]string) types.Action {
	for _, h := range p.consumer.ClaimsToHeaders {
		value, there := headerValue(p.claims.Get(h.Claim))
		if !there {
			continue
		}
		if !isText(value) {
			log.Warnf("consumer %s: claim %s can't be written into a header", p.consumer.Name, h.Claim)
			return unauthorized("claim", "Jwt verification fails", "invalid_token")
		}
		write := proxywasm.AddHttpRequestHeader
		if h.Override {
			write = proxywasm.ReplaceHttpRequestHeader
		}
		if err := write(h.Header, value); err != nil {
			return broken(err)
		}
	}
	if !p.consumer.KeepToken {
		if err := p.at.remove(headers); err != nil {
			return broken(err)
		}
	}
	return consumer.PassAs(p.consumer.Name)
}

// headerValue is a claim as a header has it: a text as it is, anything else as
// JSON without spaces. A claim that is null or missing is none.
func headerValue(v jsonscan.Value) (string, bool) {
	switch v.Kind() {
	case jsonscan.Missing, jsonscan.Null:
		return "", false
	case jsonscan.String:
		s, err := v.Text()
		return s, err == nil
	}
	return compact(v.Raw()), true
}

// compact drops the white space between the tokens of a JSON text.
func compact(json []byte) string {
	var b strings.Builder
	quoted, escaped := false, false
	for _, c := range json {
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case !quoted && strings.IndexByte(" \t\r\n", c) >= 0:
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// remove takes the token out of the request. The rest of a query or of cookies
// stays as the client wrote it.
func (p place) remove(headers [][2]string) error {
	switch p.kind {
	case inHeader:
		return proxywasm.RemoveHttpRequestHeader(p.name)
	case inQuery:
		for _, h := range headers {
			if h[0] == ":path" {
				return proxywasm.ReplaceHttpRequestHeader(":path", withoutParam(h[1], p.name))
			}
		}
		return nil
	}
	return p.removeCookie(headers)
}

// withoutParam is the path without the parameters of that name.
func withoutParam(path, name string) string {
	path, fragment, hasFragment := strings.Cut(path, "#")
	base, text, _ := strings.Cut(path, "?")
	text = without(text, "&", func(s string) string { return query.Unescape(s, true) }, name)
	if text != "" {
		base += "?" + text
	}
	if hasFragment {
		base += "#" + fragment
	}
	return base
}

// without drops the pairs of that name from a list.
func without(list, separator string, read func(string) string, name string) string {
	var kept []string
	for pair := range strings.SplitSeq(list, separator) {
		if key, _, _ := strings.Cut(pair, "="); read(key) != name {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, separator)
}

// removeCookie takes one cookie out of the lines that have cookies.
func (p place) removeCookie(headers [][2]string) error {
	var kept []string
	for _, h := range headers {
		if !strings.EqualFold(h[0], "cookie") {
			continue
		}
		line := without(h[1], ";", func(name string) string { return strings.Trim(name, " \t") }, p.name)
		if line = strings.Trim(line, " \t"); line != "" {
			kept = append(kept, line)
		}
	}
	if len(kept) == 0 {
		return proxywasm.RemoveHttpRequestHeader("cookie")
	}
	return proxywasm.ReplaceHttpRequestHeader("cookie", strings.Join(kept, "; "))
}

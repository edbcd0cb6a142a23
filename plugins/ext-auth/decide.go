package main

import (
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"

	"github.com/sluiceproxy/sluice/plugins/internal/httpmatch"
	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
)

// marker is the request header by which upstream learns that nobody has decided.
const marker = "x-envoy-auth-failure-mode-allowed"

// strip takes off what upstream believes to come from the service or from this
// plugin, and the client has sent.
func (c *Config) strip(headers [][2]string) error {
	var hop []string
	if len(c.HTTPService.Response.AllowedUpstreamHeaders) > 0 {
		hop = connectionOptions(headers)
	}
	for _, h := range headers {
		name := strings.ToLower(h[0])
		if name == marker || c.trusted(name) && !c.shows(name, hop) {
			if err := proxywasm.RemoveHttpRequestHeader(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// trusted reports whether upstream takes a header for the service's: one that
// allowed_upstream_headers names. A suffix, a part or an expression names too much
// for that, such as content-type.
func (c *Config) trusted(name string) bool {
	if len(c.HTTPService.Response.AllowedUpstreamHeaders) == 0 {
		return false
	}
	if isHop(name, nil) || strings.HasPrefix(name, "x-forwarded-") || name == "x-request-id" {
		return false
	}
	return slices.ContainsFunc(c.HTTPService.Response.AllowedUpstreamHeaders, func(t httpmatch.Text) bool {
		return (t.How() == httpmatch.Exact || t.How() == httpmatch.Prefix) && t.Matches(name)
	})
}

// pass lets the request go on, with headers of the service's answer in place of
// the client's.
func (c *Config) pass(resp *call.Response) types.Action {
	if len(c.HTTPService.Response.AllowedUpstreamHeaders) == 0 {
		return types.ActionContinue
	}
	hop := connectionOptions(resp.Header)
	for i, h := range resp.Header {
		name := strings.ToLower(h[0])
		if isHop(name, hop) || !matchesAny(c.HTTPService.Response.AllowedUpstreamHeaders, name) {
			continue
		}
		write := proxywasm.AddHttpRequestHeader
		if count(resp.Header[:i], name) == 0 {
			write = proxywasm.ReplaceHttpRequestHeader
		}
		if err := write(name, h[1]); err != nil {
			return broken(err)
		}
	}
	return types.ActionContinue
}

// failed decides where the service did not. resp is nil where it gave no answer.
func (c *Config) failed(resp *call.Response) types.Action {
	if !c.FailureModeAllow {
		return c.deny(c.StatusOnError, resp)
	}
	if c.FailureModeAllowHeaderAdd {
		if err := proxywasm.ReplaceHttpRequestHeader(marker, "true"); err != nil {
			return broken(err)
		}
	}
	return types.ActionContinue
}

// deny answers the client, with what the service has to say.
func (c *Config) deny(status int, resp *call.Response) types.Action {
	a := refuse.Answer{Status: uint32(status), Detail: "ext-auth.unauthorized"}
	if status < 200 || status > 599 {
		a.Status = defaultStatus
	}
	if resp != nil {
		a.Body = string(resp.Body)
		hop := connectionOptions(resp.Header)
		for _, h := range resp.Header {
			if name := strings.ToLower(h[0]); !isHop(name, hop) && c.tells(name) {
				a.Headers = append(a.Headers, [2]string{name, h[1]})
			}
		}
	}
	return refuse.With(a)
}

// tells reports whether a client that is refused gets a header: without a list
// all; what belongs to the status and the body always.
func (c *Config) tells(name string) bool {
	if c.HTTPService.Response.AllowedClientHeaders == nil {
		return true
	}
	switch name {
	case "www-authenticate", "location", "content-encoding":
		return true
	}
	return matchesAny(c.HTTPService.Response.AllowedClientHeaders, name)
}

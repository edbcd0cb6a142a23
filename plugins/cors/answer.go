package main

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"

	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
)

// preflightVary are the request headers that an answer to a preflight depends on.
const preflightVary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers, Access-Control-Request-Private-Network"

// everyMethod is what a preflight is told where all methods are allowed: browsers
// take * for a method's name in requests with credentials.
const everyMethod = "GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD"

// maxWanted is how many request headers a preflight may name.
const maxWanted = 200

// answerPreflight answers in place of upstream.
func (c *Config) answerPreflight(ctx wrapper.HttpContext, r request, origin string) types.Action {
	wanted, ok := c.wanted(r.wantsHeaders)
	if !ok || r.methodHeaders > 1 || !isToken(r.wantsMethod) || !c.allowsMethod(r.wantsMethod) {
		return invalid(ctx)
	}
	headers := [][2]string{
		{"access-control-allow-origin", origin},
		{"access-control-allow-methods", c.methodsFor(r.wantsMethod)},
		{"vary", preflightVary},
	}
	if wanted != "" {
		headers = append(headers, [2]string{"access-control-allow-headers", wanted})
	}
	if c.AllowCredentials {
		headers = append(headers, [2]string{"access-control-allow-credentials", "true"})
	}
	if c.MaxAge >= 0 {
		headers = append(headers, [2]string{"access-control-max-age", strconv.Itoa(c.MaxAge)})
	}
	if r.wantsPrivate && c.AllowPrivateNetwork {
		headers = append(headers, [2]string{"access-control-allow-private-network", "true"})
	}
	ctx.SetContext(answeredKey, true)
	return refuse.With(refuse.Answer{Status: 200, Detail: "cors.preflight", Headers: headers})
}

// wanted looks at the headers that a page wants to send, and returns those that
// it is told it may.
func (c *Config) wanted(lines []string) (text string, ok bool) {
	var names []string
	for _, line := range lines {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.Trim(name, " \t"); name == "" {
				continue
			}
			if len(names) == maxWanted || !isToken(name) || !c.headers.has(name) {
				return "", false
			}
			names = append(names, name)
		}
	}
	if !c.headers.all {
		return c.headers.text, true
	}
	return strings.Join(names, ","), true
}

// has compares names of headers.
func (l *list) has(name string) bool {
	return l.all || slices.ContainsFunc(l.names, func(n string) bool { return strings.EqualFold(n, name) })
}

// methodsFor lists the methods of which one was asked for.
func (c *Config) methodsFor(method string) string {
	text := c.methods.text
	if c.methods.all {
		text = everyMethod
	}
	if slices.Contains(strings.Split(text, ","), method) {
		return text
	}
	return text + "," + method
}

// onResponseHeaders takes off what upstream says about CORS, and says it itself.
func onResponseHeaders(ctx wrapper.HttpContext, c Config) types.Action {
	if ctx.GetBoolContext(answeredKey, false) {
		return types.HeaderContinue
	}
	headers, err := proxywasm.GetHttpResponseHeaders()
	if err != nil {
		return broken(err)
	}
	varies := false
	for _, h := range headers {
		varies = varies || strings.EqualFold(h[0], "vary") && names(h[1], "origin", "*")
		if isCORS(h[0]) {
			err = errors.Join(err, proxywasm.RemoveHttpResponseHeader(h[0]))
		}
	}
	if !varies {
		err = errors.Join(err, proxywasm.AddHttpResponseHeader("vary", "Origin"))
	}
	if origin := ctx.GetStringContext(allowedKey, ""); origin != "" {
		err = errors.Join(err, c.allow(headers, origin))
	}
	if err != nil {
		return broken(err)
	}
	return types.HeaderContinue
}

// broken answers where upstream's headers can't be taken off.
func broken(err error) types.Action {
	log.Errorf("response headers: %v", err)
	return refuse.With(refuse.Answer{Status: 500, Detail: "cors.broken"})
}

// allow adds what a page of an allowed origin needs beside upstream's headers.
func (c *Config) allow(headers [][2]string, origin string) error {
	expose := c.expose.text
	switch {
	case c.expose.all && !c.AllowCredentials:
		expose = "*"
	case c.expose.all: // browsers take * for a header's name
		expose = exposed(headers)
	}
	err := proxywasm.AddHttpResponseHeader("access-control-allow-origin", origin)
	if c.AllowCredentials {
		err = errors.Join(err, proxywasm.AddHttpResponseHeader("access-control-allow-credentials", "true"))
	}
	if expose != "" {
		err = errors.Join(err, proxywasm.AddHttpResponseHeader("access-control-expose-headers", expose))
	}
	return err
}

// exposed lists the headers of a response that a page may be shown.
func exposed(headers [][2]string) string {
	var all []string
	for _, h := range headers {
		name := strings.ToLower(h[0])
		if !strings.HasPrefix(name, ":") && name != "set-cookie" && name != "set-cookie2" && !isCORS(name) && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return strings.Join(all, ",")
}

// isCORS reports whether a response header is one of the CORS protocol.
func isCORS(name string) bool {
	const prefix = "access-control-"
	if len(name) < len(prefix) || !strings.EqualFold(name[:len(prefix)], prefix) {
		return false
	}
	switch strings.ToLower(name[len(prefix):]) {
	case "allow-origin", "allow-credentials", "allow-methods", "allow-headers", "expose-headers", "max-age", "allow-private-network":
		return true
	}
	return false
}

// names reports whether a list has one of two names.
func names(line, one, other string) bool {
	for name := range strings.SplitSeq(line, ",") {
		if name = strings.Trim(name, " \t"); strings.EqualFold(name, one) || name == other {
			return true
		}
	}
	return false
}

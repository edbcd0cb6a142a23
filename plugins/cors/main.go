// Command cors speaks the CORS protocol of the Fetch standard for upstream: it
// answers preflights, refuses what is not allowed, and adds the headers by which a
// browser lets a page of another origin read an answer.
package main

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"

	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"cors",
		wrapper.ParseTypedConfig[Config](),
		wrapper.ProcessRequestHeaders(onRequestHeaders),
		wrapper.ProcessResponseHeaders(onResponseHeaders),
	)
}

// Values that a stream keeps for its response.
const (
	allowedKey  = "allowed"  // the value of access-control-allow-origin
	answeredKey = "answered" // the answer is this plugin's, and complete
)

func onRequestHeaders(ctx wrapper.HttpContext, c Config) types.Action {
	headers, err := proxywasm.GetHttpRequestHeaders()
	if err != nil {
		log.Errorf("request headers: %v", err)
		return refuse.With(refuse.Answer{Status: 500, Detail: "cors.broken"})
	}
	r := read(headers)
	if r.origins == 0 {
		return types.HeaderContinue // not a CORS request
	}
	from, ok := parseOrigin(r.origin)
	switch {
	case r.origins > 1:
		return invalid(ctx)
	case ok && from.isSame(ctx.Scheme(), ctx.Host()):
		return types.HeaderContinue // not a CORS request
	case c.allows(r.origin, from, ok):
	case ok && !r.preflight() && from.isSameHost(ctx.Scheme(), ctx.Host()):
		return types.HeaderContinue // behind something that ends TLS; the browser gets no headers
	default:
		return invalid(ctx)
	}
	origin := c.answerOrigin(r.origin)
	if r.preflight() {
		return c.answerPreflight(ctx, r, origin)
	}
	if !c.allowsMethod(r.method) {
		return invalid(ctx)
	}
	ctx.SetContext(allowedKey, origin)
	return types.HeaderContinue
}

// invalid answers a request that is not allowed.
func invalid(ctx wrapper.HttpContext) types.Action {
	ctx.SetContext(answeredKey, true)
	return refuse.With(refuse.Answer{
		Status: 403, Detail: "cors.forbidden", Body: "Invalid CORS request",
		Headers: [][2]string{{"vary", preflightVary}},
	})
}

// request is what of a request concerns CORS.
type request struct {
	method        string
	origin        string
	origins       int // how many headers origin
	wantsMethod   string
	wantsHeaders  []string // lines
	wantsPrivate  bool
	methodHeaders int // how many headers access-control-request-method
}

func read(headers [][2]string) (r request) {
	for _, h := range headers {
		switch name := h[0]; {
		case name == ":method":
			r.method = h[1]
		case strings.EqualFold(name, "origin"):
			r.origin = h[1]
			r.origins++
		case strings.EqualFold(name, "access-control-request-method"):
			r.wantsMethod = h[1]
			r.methodHeaders++
		case strings.EqualFold(name, "access-control-request-headers"):
			r.wantsHeaders = append(r.wantsHeaders, h[1])
		case strings.EqualFold(name, "access-control-request-private-network"):
			r.wantsPrivate = h[1] == "true"
		}
	}
	return r
}

// preflight reports whether it is a CORS-preflight request of the Fetch standard.
func (r *request) preflight() bool { return r.method == "OPTIONS" && r.methodHeaders > 0 }

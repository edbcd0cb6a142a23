// Command request-block refuses requests whose path, headers or body contain what
// the configuration forbids, however it is encoded and cut into parts.
package main

import (
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("request-block",
		wrapper.ParseTypedConfig[Config](),
		wrapper.KeepContentLength[Config](), // bodies stay as they are
		wrapper.ProcessRequestHeaders(onRequestHeaders),
		wrapper.ProcessRequestBody(onRequestBody),
		wrapper.ProcessStreamingRequestBody(onRequestPart))
}

const scanKey = "scan"

func onRequestHeaders(http wrapper.HttpContext, c Config) types.Action {
	if why := c.blockedURL(http.Path()); why != "" {
		return c.block("url_blocked." + why)
	}
	if len(c.headers.list) == 0 && len(c.bodies.list) == 0 {
		http.DontReadRequestBody()
		return types.HeaderContinue
	}
	headers, err := proxywasm.GetHttpRequestHeaders()
	if err != nil {
		log.Errorf("request headers: %v", err)
		return refuse.With(refuse.Answer{Status: 500, Detail: "request-block.headers_unread"})
	}
	contentType := ""
	for _, h := range headers {
		if c.headers.inHeader(h[0], h[1]) {
			return c.block("header_blocked")
		}
		if strings.EqualFold(h[0], "content-type") {
			contentType += h[1]
		}
	}
	if len(c.bodies.list) == 0 || !http.HasRequestBody() {
		http.DontReadRequestBody()
		return types.HeaderContinue
	}
	http.SetContext(scanKey, newScan(c.bodies, contentType))
	if c.Stream || endless(http) {
		return types.HeaderContinue
	}
	http.BufferRequestBody()
	return types.HeaderStopIteration
}

// endless reports whether what follows the headers is a connection of its own, and
// no body that could be waited for.
func endless(http wrapper.HttpContext) bool { return http.IsWebsocket() || http.Method() == "CONNECT" }

// blockedURL says why a path is blocked, or nothing.
func (c *Config) blockedURL(path string) string {
	if len(c.urls.list)+len(c.exact.list)+len(c.patterns) == 0 {
		return ""
	}
	var few [8]string
	for _, form := range appendForms(few[:0], path) {
		if c.exact.are(form) {
			return "exact"
		}
		if c.urls.in(form) {
			return "keyword"
		}
		for _, pattern := range c.patterns {
			if pattern.MatchString(form) {
				return "regexp"
			}
		}
	}
	return ""
}

func onRequestBody(http wrapper.HttpContext, c Config, body []byte) types.Action {
	if scan, ok := http.GetContext(scanKey).(*scan); !ok || scan.found(body) {
		return c.block("body_blocked")
	}
	return types.DataContinue
}

// onRequestPart lets nothing of a part pass in which a text ends.
func onRequestPart(http wrapper.HttpContext, c Config, part []byte, _ bool) []byte {
	scan, ok := http.GetContext(scanKey).(*scan)
	switch {
	case ok && scan.blocked:
		return nil
	case !ok || scan.found(part):
		if ok {
			scan.blocked = true
		}
		c.block("body_blocked")
		return nil
	}
	return part
}

// block answers the request.
func (c *Config) block(why string) types.Action {
	return refuse.With(refuse.Answer{Status: c.Code, Detail: "request-block." + why, Body: c.Message})
}

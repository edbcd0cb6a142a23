// Command waf inspects requests and responses with the rules of the OWASP core rule
// set, with rules of one's own in its language, or with both.
package main

// Parts of the library that a gateway has no use for: files, audit logs that leave
// the machine, schemas in JSON, look-ups in DNS.
//
//sluice:tags no_fs_access,tinygo

import (
	"github.com/corazawaf/coraza/v3/types"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("waf",
		wrapper.ParseTypedConfig[Config](),
		wrapper.KeepContentLength[Config](), // bodies stay as they are
		wrapper.ProcessRequestHeaders(onRequestHeaders),
		wrapper.ProcessRequestBody(onRequestBody),
		wrapper.ProcessResponseHeaders(onResponseHeaders),
		wrapper.ProcessResponseBody(onResponseBody),
		wrapper.ProcessStreamDone(onDone))
}

// report writes a rule's match to the log.
func report(match types.MatchedRule) {
	if log.Enabled(log.LevelWarn) {
		log.Warn(match.ErrorLog())
	}
}

package wrapper

import (
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// early is how much before its end a call's timeout may show: clocks tick in
// milliseconds.
const early = 3 * time.Millisecond

// read returns what Redis sent, or why the call failed.
func (p *redisPost) read(numHeaders, bodySize int) ([]byte, error) {
	l := p.link
	if numHeaders == 0 { // it broke off, or took too long after the connection was made
		if time.Since(p.begin) >= p.timeout-early {
			return nil, l.failure(ErrRedisTimeout, true, "")
		}
		return nil, l.failure(ErrRedisReset, true, "or the answers are larger than the gateway takes")
	}
	headers, err := proxywasm.GetHttpCallResponseHeaders()
	if err != nil {
		return nil, l.failure(ErrRedisReset, true, err.Error())
	}
	var body []byte
	if bodySize > 0 {
		if body, err = proxywasm.GetHttpCallResponseBody(0, bodySize); err != nil {
			return nil, l.failure(ErrRedisProtocol, true, "the host gives no answer: "+err.Error())
		}
	}
	if status := statusOf(headers); status != 200 {
		return nil, l.refusal(status, string(body))
	}
	return body, nil
}

// refusal reads what the gateway answered in place of Redis. The bridge's
// listener writes its own name, Envoy's short code for what went wrong and the
// long one.
func (l *redisLink) refusal(status int, text string) error {
	if len(text) > 300 {
		text = text[:300]
	}
	said, ours := strings.CutPrefix(text, bridgeCluster+" ")
	flags, detail, _ := strings.Cut(said, " ")
	switch {
	case status == 504:
		return l.failure(ErrRedisTimeout, true, "")
	case !ours && strings.Contains(text, "connection termination"):
		return l.failure(ErrRedisReset, true, "")
	case !ours:
		return l.failure(ErrRedisBridge, false, text)
	}
	switch flags {
	case "NC":
		return l.failure(ErrRedisCluster, false, "")
	case "UT", "SI", "DT":
		return l.failure(ErrRedisTimeout, true, detail)
	case "UF", "UH", "UO", "UF,URX":
		return l.failure(ErrRedisRefused, false, detail)
	}
	return l.failure(ErrRedisReset, true, detail)
}

package gateway

import (
	"crypto/rand"
	"encoding/hex"
	"net"
	"net/http"

	"github.com/sluiceproxy/sluice/host"
)

// Clients reach the gateway directly, so it believes nothing that they say about
// where a request comes from and how the gateway should treat it: what Envoy does
// with use_remote_address, which gateways of Istio and Higress have.

// claimed are the headers that Envoy takes off a request from outside.
func claimed(name string) bool {
	switch name {
	case "x-forwarded-proto", "x-forwarded-client-cert", "x-request-id",
		"x-envoy-decorator-operation", "x-envoy-downstream-service-cluster", "x-envoy-downstream-service-node",
		"x-envoy-expected-rq-timeout-ms", "x-envoy-external-address", "x-envoy-force-trace",
		"x-envoy-hedge-on-per-try-timeout", "x-envoy-internal", "x-envoy-ip-tags", "x-envoy-max-retries",
		"x-envoy-original-host", "x-envoy-original-path", "x-envoy-original-url",
		"x-envoy-retriable-header-names", "x-envoy-retriable-status-codes", "x-envoy-retry-grpc-on",
		"x-envoy-retry-on", "x-envoy-upstream-alt-stat-name", "x-envoy-upstream-rq-per-try-timeout-ms",
		"x-envoy-upstream-rq-timeout-alt-response", "x-envoy-upstream-rq-timeout-ms",
		"x-envoy-upstream-stream-duration-ms":
		return true
	}
	return false
}

// tell adds what the gateway knows itself: the peer's address behind those that
// the client has sent in x-forwarded-for, the scheme and a number. For a peer on
// the same machine Envoy writes the machine's own address in x-forwarded-for.
func (g *Gateway) tell(h *host.HeaderMap, r *http.Request) {
	if peer, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		h.Add("x-forwarded-for", peer)
		h.Add("x-envoy-external-address", peer)
	}
	h.Add("x-forwarded-proto", g.o.Scheme)
	h.Add("x-request-id", newRequestID())
}

func newRequestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	s := hex.EncodeToString(b[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

package limit

import (
	"strconv"
	"time"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// Names of response headers, as Higress writes them.
const (
	LimitHeader      = "x-ratelimit-limit"
	RemainingHeader  = "x-ratelimit-remaining"
	ResetHeader      = "x-ratelimit-reset"
	RetryAfterHeader = "retry-after"
)

// Quota returns the headers that tell a client how many requests it has left.
func (v Verdict) Quota() [][2]string {
	return [][2]string{
		{LimitHeader, strconv.FormatInt(v.Count, 10)},
		{RemainingHeader, strconv.FormatInt(v.Remaining, 10)},
	}
}

// Tell adds the quota's headers to a response, in its phase of headers.
func (v Verdict) Tell() {
	for _, h := range v.Quota() {
		if err := proxywasm.ReplaceHttpResponseHeader(h[0], h[1]); err != nil {
			log.Errorf("response header %s: %v", h[0], err)
		}
	}
}

// Refusal returns the headers of an answer with this status to a request that is
// refused: when to come again, in whole seconds and never 0, and with quota the
// quota. Retry-After is for errors (RFC 9110, section 10.2.3; RFC 6585, section 4).
func (v Verdict) Refusal(status uint32, quota bool) [][2]string {
	seconds := strconv.FormatInt(max(int64((v.Reset+time.Second-1)/time.Second), 1), 10)
	headers := [][2]string{{ResetHeader, seconds}}
	if status >= 400 {
		headers = append(headers, [2]string{RetryAfterHeader, seconds})
	}
	if quota {
		headers = append(headers, v.Quota()...)
	}
	return headers
}

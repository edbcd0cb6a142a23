package registry

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"oras.land/oras-go/v2/registry/remote/errcode"
)

// policy says whether and when a request is sent again.
type policy struct {
	attempts int
	maxWait  time.Duration
	base     time.Duration
}

// Retry gives the pause before the next attempt, or a negative one for none.
func (p *policy) Retry(attempt int, res *http.Response, err error) (time.Duration, error) {
	if attempt+1 >= p.attempts {
		return -1, nil
	}
	if err != nil {
		if !Transient(err) {
			return -1, nil
		}
		return p.pause(attempt), nil
	}
	if !passing(res.StatusCode) {
		return -1, nil
	}
	if wait, ok := retryAfter(res.Header.Get("Retry-After"), time.Now()); ok {
		return min(wait+jitter(wait/10), p.maxWait), nil
	}
	return p.pause(attempt), nil
}

// pause doubles with each attempt, with a jitter of half of it.
func (p *policy) pause(attempt int) time.Duration {
	wait := p.base << min(attempt, 10)
	return min(wait/2+jitter(wait), p.maxWait)
}

// jitter is a random part of d, so that many clients don't come back at once.
func jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return rand.N(d)
}

// passing reports whether a status may be another one soon.
func passing(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		return false
	}
}

// retryAfter reads the header: seconds or a date.
func retryAfter(text string, now time.Time) (time.Duration, bool) {
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now)), true
	}
	return 0, false
}

// Transient reports whether err is a failure that may pass: a connection that
// broke or stalled, or an answer that asks to come back.
func Transient(err error) bool {
	var status *errcode.ErrorResponse
	if errors.As(err, &status) {
		return passing(status.StatusCode)
	}
	if errors.Is(err, ErrRefused) {
		return false
	}
	var netErr net.Error
	if errors.As(err, &netErr) && netErr.Timeout() {
		return true
	}
	// A connection that broke while bytes were on their way. Alerts of TLS have
	// other names for what they did.
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "read" || op.Op == "write" || op.Op == "readfrom") {
		return true
	}
	for _, cause := range []error{ErrStalled, io.EOF, io.ErrUnexpectedEOF,
		syscall.ECONNRESET, syscall.ECONNREFUSED, syscall.ECONNABORTED, syscall.EPIPE} {
		if errors.Is(err, cause) {
			return true
		}
	}
	return false
}

// Pause is how long to wait before a whole transfer is begun for the round-th
// time again: about a second at first, twice that then, with a jitter.
func Pause(round int) time.Duration {
	p := policy{base: 500 * time.Millisecond, maxWait: 10 * time.Second}
	return p.pause(round)
}

package call

import "strings"

// Texts of the answers that Envoy makes up for a service that gave none.
const (
	timedOut    = "upstream request timeout"
	noHost      = "no healthy upstream"
	notAnswered = "upstream connect error or disconnect/reset before headers"
)

// lost are reasons in such a text that say that there was a connection.
var lost = []string{"connection termination", "remote reset", "protocol error", "local reset"}

// madeUp returns why there was no answer, nil where there was one. A gateway
// reports a service that doesn't answer as an answer of its own, which has no
// header but those that its text needs: one that a service sent has more.
func madeUp(status int, headers [][2]string, body []byte) error {
	if len(headers) == 0 {
		return ErrReset
	}
	if status != 503 && status != 504 && status != 502 || !onlyText(headers) {
		return nil
	}
	text := string(body)
	switch {
	case status == 504 && text == timedOut:
		return ErrTimeout
	case text == noHost:
		return ErrRefused
	case !strings.HasPrefix(text, notAnswered):
		return nil
	case strings.Contains(text, "connection timeout"):
		return ErrTimeout
	}
	for _, why := range lost {
		if strings.Contains(text, why) {
			return ErrReset
		}
	}
	return ErrRefused
}

func onlyText(headers [][2]string) bool {
	for i := range headers {
		switch headers[i][0] {
		case ":status", "content-length", "content-type":
		default:
			return false
		}
	}
	return true
}

package call_test

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// One module, the same answers on every gateway.
func TestOnGateways(t *testing.T) {
	engines(t, "straight", func(t *testing.T, e engine) {
		for _, c := range []struct {
			op     string
			status int
			body   string // a part of it
		}{
			{"none", 200, "none|text"},
			{"once", 200, "a|text"},
			{"twice", 200, "ab|text"},
			{"join", 200, "abc|text"},
			{"loop", 200, "0123456789|text"},
			{"nested", 200, "7|text"},
			{"deny", 403, "denied a"},
			{"deny-continue", 403, "denied a"},
			{"unknown", 503, "no such cluster"},
			{"slow", 504, "no answer in time"},
			{"late", 504, "no answer in time"},
			{"reset", 502, "connection was lost"},
			{"dead", 503, "can't be reached"},
			{"empty", 503, ""},
			{"status-503", 200, "503|text"},
			{"status-504", 200, "504|text"},
			{"hold-call", 200, "callback b|text"},
			{"hold-first", 500, ""},
			{"hold-after", 500, ""},
			{"panic-before", 500, "internal server error"},
			{"panic-after", 500, "internal server error"},
			{"panic-join", 500, "internal server error"},
			{"exit-before", 500, "internal server error"},
			{"exit-after", 500, "internal server error"},
			{"derived", 200, "true|text"},
			{"update", 200, "1|text"},
			{"body", 200, "|TEXTbody"},
			{"body-headers", 200, "body|TEXTbody"},
			{"response", 200, "|text"},
			{"response-body", 200, "|texttail"},
			{"response-reply", 403, "denied a"},
			{"response-panic", 500, "internal server error"},
		} {
			t.Run(c.op, func(t *testing.T) {
				status, headers, body := ask(t, e, c.op, "text")
				if status != c.status || !strings.Contains(body, c.body) {
					t.Errorf("answered %d %q, want %d %q", status, body, c.status, c.body)
				}
				if strings.HasPrefix(c.op, "response") && status < 500 && headers.Get("x-response") != "response" {
					t.Errorf("headers %v lack the plugin's", headers)
				}
				if status, _, _ := ask(t, e, "once", ""); status != 200 {
					t.Errorf("the next request got %d", status)
				}
			})
		}
		for op, want := range map[string]int{"sleep": 250, "nap": 20} {
			_, _, body := ask(t, e, op, "")
			text, _, _ := strings.Cut(body, "|")
			if ms, err := strconv.Atoi(text); err != nil || ms < want || ms > want+1000 {
				t.Errorf("%s took %q ms, want %d", op, text, want)
			}
		}
		balanced(t, e)
	})
}

// balanced checks that every handler that began was unwound, and every stream
// done, once.
func balanced(t *testing.T, e engine) {
	t.Helper()
	var begun, unwound, done int
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		begun, unwound, done = e.metric("begun"), e.metric("unwound"), e.metric("done")
		if begun > 0 && begun == unwound && begun == done {
			return
		}
	}
	t.Errorf("begun %d handlers, unwound %d, done %d streams", begun, unwound, done)
}

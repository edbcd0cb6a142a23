package hub

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
)

// custom is an answer of the plugin.
type custom struct {
	status              int
	contentType, header string
	body                string
}

// wrong says what is wrong with an answer.
func (c custom) wrong(q *request, got outcome) string {
	if q.method == "HEAD" {
		c.body = ""
	}
	if is := (custom{got.status, got.header.Get("Content-Type"), got.header.Get("X-Custom"), got.body}); is != c {
		return fmt.Sprintf("the answer is %q, want %q", fmt.Sprint(is), fmt.Sprint(c))
	}
	if n := len(got.header.Values("X-Custom")); n > 1 {
		return fmt.Sprintf("X-Custom is there %d times", n)
	}
	return ""
}

func TestCustomResponseMock(t *testing.T) {
	mocked := map[string]bool{"mock.test": true, "MOCK.test": true, "mock.test:80": true, "a.mock.example": true, "mock.test.evil.test": false, "xmock.test": false, "hub.test": false}
	attack(t, guard{
		plugin: "custom-response",
		config: `{"_rules_":[{"_match_domain_":["mock.test","*.mock.example"],"status_code":201,"headers":["X-Custom=mock"],"body":"{\"hello\":\"world\"}"}]}`,
		mutate: func(r *rand.Rand, q *request) {
			q.host = pick(r, "mock.test", "MOCK.test", "mock.test:80", "a.mock.example", "mock.test.evil.test", "xmock.test", "hub.test")
		},
		verdict: func(q *request) verdict {
			if mocked[q.host] {
				return refused
			}
			return passes(whatever)
		},
		statuses: []int{201},
		exact: func(q *request, got outcome) (kind, wrong string) {
			if !mocked[q.host] {
				return "upstream", custom{status: 200}.wrong(q, got)
			}
			return "mock", custom{201, "application/json; charset=utf-8", "mock", `{"hello":"world"}`}.wrong(q, got)
		},
		kinds: []string{"upstream", "mock"},
	})
}

func TestCustomResponseOnStatus(t *testing.T) {
	const text = "text/plain; charset=utf-8"
	answers := map[int]custom{ // by upstream's status
		404: {200, text, "soft", "not here"},
		403: {451, text, "other", "forty-x"}, 409: {451, text, "other", "forty-x"},
		201: {204, "", "none", ""},
		200: {302, text, "both", "go on"}, 220: {302, text, "both", "go on"},
	}
	attack(t, guard{
		plugin: "custom-response",
		config: `{"rules":[
			{"enable_on_status":["40x"],"status_code":451,"headers":["X-Custom=other"],"body":"forty-x"},
			{"enable_on_status":["404"],"headers":["X-Custom=soft"],"body":"not here"},
			{"enable_on_status":["201"],"status_code":204,"headers":["X-Custom=none"],"body":"dropped"},
			{"enable_on_status":["2x0"],"status_code":302,"headers":["X-Custom=both"],"body":"go on"},
			{"status_code":599,"headers":["X-Custom=never"]}]}`,
		mutate: func(r *rand.Rand, q *request) {
			if !oneIn(r, 8) {
				q.add("x-hub-status", strconv.Itoa(pick(r, 404, 403, 409, 201, 200, 220, 202, 299, 301, 410, 429)))
			}
		},
		verdict: func(*request) verdict { return passes(whatever) },
		exact: func(q *request, got outcome) (kind, wrong string) {
			status, err := strconv.Atoi(append(q.values("x-hub-status"), "")[0])
			if err != nil {
				status = 200
			}
			if c, there := answers[status]; there {
				return c.header, c.wrong(q, got)
			}
			return "upstream", custom{status: status}.wrong(q, got)
		},
		kinds: []string{"soft", "other", "none", "both", "upstream"},
	})
}

package fault

import (
	"strings"
	"time"
)

// elsewhere are faults that another test shows.
func elsewhere() []fault {
	return []fault{
		{n: 28, name: "Redis is down, slow, refuses the password, answers nonsense", sees: "a typed error, and the plugin decides: TestRedisLine, TestRedisFlaps and TestRedisQuota in test/e2e"},
		{n: 29, name: "tokens that are forged, expired, signed with none", sees: "comes with the plugin jwt-auth"},
	}
}

// patterns are fault 30.
func patterns() []fault {
	return []fault{
		{n: 30, name: "(a*)*(a*)*(a*)*(a*)*b$ on 100,000 bytes", sees: "200, matched: false, within 10 s", run: func(b *bed) string {
			start := time.Now()
			got := b.op("regexp=100000").String()
			if took := time.Since(start); took > 10*time.Second {
				return "took " + took.String()
			}
			return got + ", within 10 s"
		}},
	}
}

// logs are fault 31.
func logs() []fault {
	return []fault{
		{n: 31, name: "line feed, escape and a forged line in what is logged", sees: "each line stays one line, escaped", run: func(b *bed) string {
			from := b.log.mark()
			b.op("log=a%0Aforged%20line%1B%5B31m")
			for _, how := range []string{"through the wrapper: ", "through the host call: ", "formatted: "} {
				b.log.waitFor(b, from, how+`a\nforged line\x1b[31m`)
			}
			for _, line := range b.log.all()[from:] {
				if strings.HasPrefix(line, "forged") || strings.Contains(line, "\x1b") {
					return line
				}
			}
			return "each line stays one line, escaped"
		}},
		{n: 31, name: "a secret in the query of a plugin's call", sees: "200, status 200, callback ran 1x; not in the log", run: func(b *bed) string {
			from := b.log.mark()
			got := b.op("call=backend/echo?token=hush-hush").String()
			b.log.waitFor(b, from, "http call to backend answered")
			for _, line := range b.log.all()[from:] {
				if strings.Contains(line, "hush") {
					return line
				}
			}
			return got + "; not in the log"
		}},
	}
}

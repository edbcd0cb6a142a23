package fault

import (
	"fmt"
	"strings"
)

// injections are fault 6: what would end a header line.
func injections() (out []fault) {
	for _, how := range []string{"request-add", "request-replace", "request-all", "response-add", "response-replace", "response-all", "callout"} {
		for _, what := range []string{"crlf", "cr", "lf", "nul"} {
			if what != "crlf" && !strings.HasSuffix(how, "-add") {
				continue
			}
			out = append(out, fault{n: 6, name: strings.ToUpper(what) + " in a header: " + how,
				sees: "invalid header for value and name; nothing of it at the client or upstream",
				run:  func(b *bed) string { return b.inject("inject-"+how, what) }})
		}
	}
	return append(out, fault{n: 6, name: "CRLF in a reply's header", sees: "500, no body",
		log: []string{"invalid header"}, run: ask("inject-reply=crlf")})
}

// inject checks with a socket that the header came through nowhere.
func (b *bed) inject(op, what string) string {
	raw := b.raw("GET /echo HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\nx-op: " + op + "=" + what + "\r\n\r\n")
	if !strings.Contains(strings.ToLower(raw), "x-saw: value: invalid header") || strings.Count(raw, "invalid header") != 2 ||
		strings.Contains(strings.ToLower(raw), "evil") || strings.Contains(strings.ToLower(raw), "x-inj") || strings.Contains(raw, "\x00") {
		return raw
	}
	return "invalid header for value and name; nothing of it at the client or upstream"
}

// pairCounts are fault 7.
func pairCounts() (out []fault) {
	for _, dir := range []string{"request", "response"} {
		for _, n := range []int{1020, 1024, 1025, 1100} {
			sees := fmt.Sprintf("200, ok, %d headers", n)
			if n > 1024 {
				sees = "200, too many headers, headers intact"
			}
			out = append(out, fault{n: 7, name: fmt.Sprintf("%d %s headers at once", n, dir), sees: sees,
				run: func(b *bed) string { return errText(b.op(fmt.Sprintf("pairs-%s=%d", dir, n)).String()) }})
		}
	}
	return out
}

// errText shortens an error of the SDK to its first words.
func errText(s string) string {
	if strings.Contains(s, "too many headers") {
		_, state, _ := strings.Cut(s, ", headers")
		return "200, too many headers, headers" + state
	}
	return s
}

// statuses are fault 8.
func statuses() (out []fault) {
	for _, c := range []struct{ arg, sees string }{
		{"99", "500, no body"}, {"100", "500, no body"}, {"101", "500, no body"}, {"199", "500, no body"},
		{"600", "500, no body"}, {"1000", "500, no body"}, {"0", "500, no body"},
		{"204,body", "204, no body"}, {"304,body", "304, no body"}, {"200,body", "200 body"}, {"599,body", "599 body"},
	} {
		out = append(out, fault{n: 8, name: "reply with status " + strings.ReplaceAll(c.arg, ",", " and a "), sees: c.sees + "; then 200 from upstream",
			run: func(b *bed) string {
				raw := b.raw("GET /echo HTTP/1.1\r\nhost: a.test\r\nx-op: reply=" + c.arg + "\r\n\r\n" +
					"GET /echo HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n")
				both := answers(raw, "GET", "GET")
				return both[0].String() + "; then " + both[len(both)-1].String()
			}})
	}
	return out
}

// jsonBombs are faults 9 and 10.
func jsonBombs() []fault {
	body := func(text string) func(b *bed) string {
		return func(b *bed) string { return b.send(request{op: "json", body: text}).String() }
	}
	config := func(text string) func(b *bed) string {
		return func(b *bed) string {
			err := b.apply([]plugin{{"faults", "faults", text}})
			if err == nil {
				return "taken"
			}
			b.Logf("%v", err)
			if !strings.Contains(err.Error(), "512") && !strings.Contains(err.Error(), "JSON") {
				return err.Error()
			}
			return "refused; " + b.op("config").String()
		}
	}
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	return []fault{
		{n: 9, name: "body of 10,000 opening brackets", sees: "400", run: status(body(strings.Repeat("[", 10000)))},
		{n: 9, name: "body, depth 6,000, balanced", sees: "400", run: status(body(deep(6000)))},
		{n: 9, name: "body, 1 MB of brackets", sees: "400", run: status(body(deep(500_000)))},
		{n: 9, name: "body, depth 500", sees: "200", run: status(body(deep(500)))},
		{n: 9, name: "configuration, depth 6,000", sees: "refused; 200, one", run: config(`{"name":` + deep(6000) + `}`), chain: faults()},
		{n: 9, name: "configuration, 1 MB of brackets", sees: "refused; 200, one", run: config(`{"name":` + deep(500_000) + `}`), chain: faults()},
		{n: 10, name: "body, 1 MB of members", sees: "200", run: status(body(`{"a":1` + strings.Repeat(`,"b":2`, 150_000) + `}`))},
		{n: 10, name: "body, duplicate keys", sees: "200, a is 1", run: body(`{"a":1,"a":2}`)},
		{n: 10, name: "body, duplicate keys, refused with jsoncheck.Limits.UniqueKeys", sees: "400 line 1, column 8: an object has the same key twice",
			run: func(b *bed) string { return b.send(request{op: "json=unique", body: `{"a":1,"\u0061":2}`}).String() }},
		{n: 10, name: "body, NaN", sees: "400", run: status(body(`{"a":NaN}`))},
		{n: 10, name: "body, invalid UTF-8", sees: "400", run: status(body("{\"a\":\"\xff\"}"))},
		{n: 10, name: "body, a number of 100,000 digits", sees: "400", run: status(body(`{"a":` + strings.Repeat("9", 100_000) + `}`))},
		{n: 10, name: "configuration that is not JSON", sees: "refused; 200, one", run: config(`{"name":`), chain: faults()},
	}
}

// status is a run that shows only the status, and all in the test's log.
func status(run func(b *bed) string) func(b *bed) string {
	return func(b *bed) string {
		got := run(b)
		b.Logf("%.300s", got)
		return got[:min(3, len(got))]
	}
}

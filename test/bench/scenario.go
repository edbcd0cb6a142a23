package main

import (
	"bytes"
	"fmt"
	"strings"
)

// scenario is a piece of work that several sides do.
type scenario struct {
	Name string
	// What is the work, for the report.
	What string
	// request is sent as it is; every answer must have status 200.
	request []byte
	// upstream is whether Envoy passes the request on, or answers it itself.
	upstream bool
	// buffer is how much of a body Envoy may hold, in bytes; 0 is its default.
	buffer int
	sides  []side
}

// scenarios are all that there are; data is the directory of their sources.
func scenarios(data string) []scenario {
	s, none := sources{data}, side{Name: sideNone}
	return []scenario{
		{
			Name: "hello", What: "add one request header", request: get("/"),
			sides: []side{none, s.wat("hello"), s.rust("hello"), s.plugin("hello", "raw"), s.plugin("hello", sideCallback),
				s.plugin("hello", "line"), s.plugin("hello", "handler"), s.plugin("hello", "filter"),
				s.higress("hello"), lua(), s.extProc()},
		},
		{
			Name: "read", What: "read 10 request headers, change 3", request: get("/", many()...),
			sides: []side{none, s.wat("read"), s.rust("read"), s.plugin("read", "raw"), s.plugin("read", sideCallback), s.higress("read")},
		},
		{
			Name: "body", What: "wait for a request body of 16 KiB, copy it", request: post("/", bytes.Repeat([]byte("0123456789abcdef"), 1024)), upstream: true,
			sides: []side{none, s.wat("body"), s.rust("body"), s.plugin("body", "raw"), s.plugin("body", sideCallback),
				s.plugin("body", "reuse"), s.higress("body")},
		},
		{
			Name: "json", What: "one field at the end of a JSON body of 16 KiB", request: post("/", chat()), upstream: true,
			sides: []side{none, s.wat("body"), s.plugin("json", "jsonscan"), s.plugin("json", "gjson"),
				s.plugin("json", "valid"), s.plugin("json", "gjsonvalid"), s.higress("json")},
		},
		rules(s),
		{
			Name: "log", What: "add one request header, and write five log lines below the level", request: get("/"),
			sides: []side{none, s.wat("hello"), s.plugin("hello", sideCallback).named("silent"), s.plugin("log", sideCallback), s.higress("log")},
		},
		four(s),
	}
}

// rules is a scenario in which the last of n rules matches the request's host.
func rules(s sources) scenario {
	own := func(n int) side {
		return side{Name: fmt.Sprintf("rules-%d", n), plugin: s.in("rules"), config: ruleConfig(n)}
	}
	return scenario{
		Name: "rules", What: "add one request header; the last of 1, 1,000 and 100,000 rules matches",
		request: get("/", "host: last.test"),
		sides: []side{{Name: sideNone}, s.wat("hello"), own(1), own(1000), own(100_000),
			s.higress("rules").configured("higress-1", ruleConfig(1)), s.higress("rules").configured("higress-1000", ruleConfig(1000))},
	}
}

// four are four different plugins in one chain: those of hello, read, log and
// rules.
func four(s sources) scenario {
	const config = `{"value":"v"}`
	works := []string{"hello", "read", "log"}
	ours, theirs, bundled := []side{}, []side{}, []string{}
	for _, work := range works {
		ours, theirs = append(ours, s.plugin(work, sideCallback)), append(theirs, s.higress(work))
	}
	ours, theirs = append(ours, side{plugin: s.in("rules")}), append(theirs, s.higress("rules"))
	for i := range ours {
		bundled = append(bundled, fmt.Sprintf(`{"name":%q,"config":%s}`, filterName(i), config))
	}
	return scenario{
		Name: "four", What: "four plugins in a chain: hello, read, log, rules", request: get("/", many()...),
		sides: []side{{Name: sideNone}, s.wat("read"), {Name: "separate", parts: ours, config: config},
			{Name: "bundle", parts: ours, bundled: true, config: `{"_plugins_":[` + strings.Join(bundled, ",") + `]}`},
			{Name: sideHigress, parts: theirs, config: config}},
	}
}

// ruleConfig has n rules, of which the last is that of last.test.
func ruleConfig(n int) string {
	var b strings.Builder
	b.WriteString(`{"value":"global","_rules_":[`)
	for i := range n - 1 {
		fmt.Fprintf(&b, `{"_match_domain_":["host-%d.test"],"value":"v"},`, i)
	}
	b.WriteString(`{"_match_domain_":["last.test"],"value":"v"}]}`)
	return b.String()
}

// get is a request without a body. A host is added where headers have none.
func get(path string, headers ...string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\n" + lines(headers) + "\r\n")
}

// post is a request with a body.
func post(path string, body []byte) []byte {
	head := fmt.Sprintf("POST %s HTTP/1.1\r\n%scontent-type: application/json\r\ncontent-length: %d\r\n\r\n", path, lines(nil), len(body))
	return append([]byte(head), body...)
}

func lines(headers []string) string {
	all := strings.Join(headers, "\r\n")
	if all != "" {
		all += "\r\n"
	}
	if !strings.HasPrefix(all, "host:") {
		all = "host: bench.test\r\n" + all
	}
	return all
}

// chat is a request to a language model as clients send it.
func chat() []byte {
	var b bytes.Buffer
	b.WriteString(`{"stream":true,"messages":[`)
	for b.Len() < 16<<10 {
		fmt.Fprintf(&b, `{"role":"user","content":"%s \"quoted\" \n"},`, strings.Repeat("some words of a message, ", 8))
	}
	b.WriteString(`{"role":"user","content":"?"}],"temperature":0.7,"model":"large"}`)
	return b.Bytes()
}

// many are ten headers such as a browser sends.
func many() []string {
	headers := make([]string, 10)
	for i := range headers {
		headers[i] = fmt.Sprintf("x-header-%d: value number %d of ten", i, i)
	}
	return headers
}

package main

import (
	"bytes"
	"fmt"
	"path/filepath"
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
	// config is the plugins' configuration.
	config string
	sides  []side
}

// scenarios are all that there are; data is the directory of their sources.
func scenarios(data string) []scenario {
	in := func(parts ...string) string { return filepath.Join(append([]string{data}, parts...)...) }
	wat := func(name string) side { return side{Name: sideWAT, wat: in("wat", name+".wat")} }
	plugin := func(scenario, style string) side { return side{Name: style, dir: in(scenario, style)} }
	none := side{Name: sideNone}
	return []scenario{
		{
			Name: "hello", What: "add one request header", request: get("/"),
			sides: []side{none, wat("hello"), plugin("hello", "raw"), plugin("hello", "callback"), plugin("hello", "line"), lua()},
		},
		{
			Name: "read", What: "read 10 request headers, change 3", request: get("/", many()...),
			sides: []side{none, wat("read"), plugin("read", "raw"), plugin("read", "callback")},
		},
		{
			Name: "body", What: "wait for a request body of 16 KiB, copy it", request: post("/", bytes.Repeat([]byte("0123456789abcdef"), 1024)), upstream: true,
			sides: []side{none, wat("body"), plugin("body", "raw"), plugin("body", "callback"), plugin("body", "reuse")},
		},
		{
			Name: "json", What: "one field at the end of a JSON body of 16 KiB", request: post("/", chat()), upstream: true,
			sides: []side{none, wat("body"), plugin("json", "jsonscan"), plugin("json", "gjson")},
		},
		rules(in, 1), rules(in, 1000), rules(in, 100_000),
	}
}

// rules is a scenario in which the last of n rules matches the request's host.
func rules(in func(...string) string, n int) scenario {
	var b strings.Builder
	b.WriteString(`{"value":"global","_rules_":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"_match_domain_":["host-%d.test"],"value":"v"}`, i)
	}
	b.WriteString(`]}`)
	return scenario{
		Name: fmt.Sprintf("rules-%d", n), What: fmt.Sprintf("add one request header; the last of %d rules matches", n),
		request: get("/", fmt.Sprintf("host: host-%d.test", n-1)), config: b.String(),
		sides: []side{{Name: sideNone}, {Name: sideWAT, wat: in("wat", "hello.wat")}, {Name: "callback", dir: in("rules")}},
	}
}

// lua is Envoy's own scripting filter doing what hello asks for.
func lua() side {
	return side{Name: "lua", filter: object{
		"name": "lua",
		"typed_config": object{
			"@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
			"default_source_code": object{"inline_string": `
function envoy_on_request(h) h:headers():add("hello", "world") end`},
		},
	}}
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

package plugin_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// query is a request of the tests.
type query struct {
	method, path string
	headers      map[string]string
	body         string
	chunked      bool // without content-length
	trailer      string
}

func (q query) reader() io.Reader {
	switch {
	case q.body == "" && !q.chunked:
		return nil
	case q.chunked:
		return struct{ io.Reader }{strings.NewReader(q.body)}
	}
	return strings.NewReader(q.body)
}

// reply is what a client gets.
type reply struct {
	status int
	header http.Header
	body   string
}

// asker is a gateway to ask.
type asker interface {
	ask(t *testing.T, q query) reply
}

// row is one row of the table that holds on every gateway and natively.
type row struct {
	query  string // method, last part of the path, body
	status int
	body   string // a part of the answer's
	header string // "name: value" of the answer, "-name" for none
}

const traced = " trace=first,last"

var table = []row{
	{"GET pass", 200, "GET /pass host=a.test length= result= trace=first,last|", "x-trace: first,last"},
	{"POST pass text", 200, "length=4 result= trace=first,last|text", ""},
	{"GET nil", 500, "internal server error", "-x-trace"},
	{"GET unknown", 500, "internal server error", ""},
	{"GET stop", 403, "Forbidden", "x-reason: a,b"},
	{"POST stop text", 403, "Forbidden", "-x-upstream"},
	{"GET stop-json", 400, `{"error":"Invalid request"}`, "content-type: application/json"},
	{"GET stop-bare", 500, "internal server error", ""},
	{"GET stop-broken", 500, "internal server error", ""},
	{"GET panic", 500, "internal server error", ""},
	{"GET headers", 200, "trace=first,last x-new=1 x-old=sent,added x-many=1,2,3|", ""},
	{"GET split", 500, "internal server error", "-x-upstream"},
	{"GET target?x=1", 200, "PUT /other%20path?q=a%26b&x=1 host=other.test", ""},
	{"GET no-url", 500, "internal server error", ""},
	{"POST options text", 200, "length=3 result= trace=first,last x-old=sent x-gone=sent x-set=1|new", ""},
	{"GET describe?a=b", 200, "GET /describe?a=b host=a.test proto=HTTP/1.1 remote=true length=0 none=true", ""},
	{"POST describe text", 200, "length=4 none=false", ""},
	{"GET read", 200, "result=0" + traced, ""},
	{"POST read text", 200, "length=4 result=4 trace=first,last x-old=sent x-gone=sent|text", ""},
	{"POST+ read text", 200, "result=4 trace=first,last x-old=sent x-gone=sent|text", ""},
	{"POST+ read ", 200, "result=0" + traced, ""},
	{"POST read-stop \x00\xff\x01", 200, `got "\x00\xff\x01"`, ""},
	{"POST read-part text", 200, "result=te <nil> trace=first,last x-old=sent x-gone=sent|text", ""},
	{"POST read-part t", 200, "result=t unexpected EOF", ""},
	{"POST read-call text", 200, "length=5 result=a trace=first,last x-old=sent x-gone=sent|TEXTa", ""},
	{"POST call-read text", 501, "Not Implemented", ""},
	{"GET call-read", 500, "", ""}, // a body where the request has none
	{"POST join text", 200, "length=4 result=atext", ""},
	{"POST replace text", 200, "length=14 result= trace=first,last x-old=sent x-gone=sent|something else", ""},
	{"POST+ replace text", 200, "length=14 result= trace=first,last x-old=sent x-gone=sent|something else", ""},
	{"GET replace", 500, "internal server error", ""},
	{"POST upper text", 200, "length=4 result= trace=first,last x-old=sent x-gone=sent|TEXT", ""},
	{"POST empty text", 200, " result= trace=first,last x-old=sent x-gone=sent|", ""},
	{"POST none text", 200, " result= trace=first,last x-old=sent x-gone=sent|", ""},
	{"GET none", 200, "length= result=", ""},
	{"POST huge text", 500, "internal server error", ""},
	{"GET call", 200, "result=a" + traced, ""},
	{"POST call text", 200, "result=a trace=first,last x-old=sent x-gone=sent|text", ""},
	{"POST call-stop text", 200, "stopped a", ""},
	{"GET panic-late", 500, "internal server error", ""},

	{"GET r-nil", 500, "internal server error", "-x-upstream"},
	{"GET r-stop", 502, `{"was":200}`, "x-kept: 1"},
	{"GET r-stop", 502, "", "-x-upstream"},
	{"GET r-panic", 500, "internal server error", "-x-upstream"},
	{"GET r-headers", 200, "GET /r-headers", "x-old: 1,added"},
	{"GET r-headers", 200, "GET /r-headers", "x-new: 1"},
	{"GET r-headers", 200, "GET /r-headers", "-x-gone"},
	{"GET r-split", 500, "internal server error", "-x-evil"},
	{"GET r-status", 418, "GET /r-status", "x-upstream: 1"},
	{"GET r-bad", 500, "internal server error", ""},
	{"GET r-options", 202, "new", "content-length: 3"},
	{"POST r-read text", 200, "POST /r-read host=a.test", "x-upstream: 1"},
	{"GET r-read-parts", 200, "|", ""},
	{"GET r-read-stop", 200, `got "GET /r-read-stop`, "-x-upstream"},
	{"GET r-replace", 200, "something else", "content-length: 14"},
	{"GET r-wrap", 200, "<GET /r-wrap", ""},
	{"GET r-empty", 200, "", "content-length: 0"},
	{"GET r-none", 200, "something else", "x-upstream: 1"},
	{"HEAD r-none", 200, "", "x-upstream: 1"},
	{"HEAD r-read", 200, "", "x-result: 0"},
	{"GET r-call", 200, "GET /r-call", "x-result: a"},
	{"GET r-call-read", 200, "x-gone=sent|a", "x-upstream: 1"},
	{"POST r-request text", 200, "POST /r-request", "x-result: POST /r-request the body has left: it can be read until the handlers of its message have returned"},
}

func (r row) parse() query {
	parts := strings.SplitN(r.query, " ", 3)
	q := query{method: strings.TrimSuffix(parts[0], "+"), path: "/" + parts[1],
		headers: map[string]string{"X-Old": "sent", "X-Gone": "sent"}}
	if r.query == "GET pass" || r.query == "POST pass text" {
		q.headers = nil
	}
	q.chunked = q.method != parts[0]
	if len(parts) == 3 {
		q.body = parts[2]
	}
	return q
}

func runTable(t *testing.T, on asker) {
	for _, row := range table {
		got := on.ask(t, row.parse())
		if got.status != row.status || !strings.Contains(got.body, row.body) {
			t.Errorf("%s: answered %d %q, want %d %q", row.query, got.status, got.body, row.status, row.body)
		}
		name, want, some := strings.Cut(row.header, ": ")
		if values := got.header.Values(strings.TrimPrefix(name, "-")); some && strings.Join(values, ",") != want ||
			!some && row.header != "" && len(values) > 0 {
			t.Errorf("%s: header %s is %q, want %q", row.query, name, values, row.header)
		}
	}
}

// One table, the same answers on every gateway.
func TestOnGateways(t *testing.T) {
	engines(t, "handlers", func(t *testing.T, e *engine) { runTable(t, e) })
}

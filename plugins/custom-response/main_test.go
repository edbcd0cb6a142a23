package main

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/plugins/internal/edge"
	"github.com/sluiceproxy/sluice/plugins/internal/loose"
	"github.com/sluiceproxy/sluice/plugins/internal/page"
	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/plugintest/cases"
	"github.com/sluiceproxy/sluice/sdk/config"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

func TestReadme(t *testing.T) {
	page.Test[Config](t, page.Page{Name: "custom-response", Rules: config.WholeRules})
}

// The cases of cases.yaml.
func TestCases(t *testing.T) { cases.Test(t) }

func TestEdge(t *testing.T) {
	edge.Run(t, edge.Suite{ // in place of upstream
		Plugin:   plugintest.Plugin{Config: `{"status_code":403,"body":"{}"}`},
		Refused:  func(*plugintest.Request) {},
		Statuses: []int{403},
	})
	edge.Run(t, edge.Suite{ // in place of other statuses
		Plugin:  plugintest.Plugin{Config: `{"status_code":404,"enable_on_status":["299"]}`},
		Allowed: func(*plugintest.Request) {},
	})
}

// The patterns that Higress' documentation has, and those that it refuses.
func TestPatterns(t *testing.T) {
	c := &Config{}
	for i, p := range []string{"x01", "2x3", "45x", "6xx", "x7x", "xx8"} {
		if err := c.add(Answer{OnStatus: []loose.Text{loose.Text(p)}, Body: loose.Value("b" + p)}); err != nil {
			t.Fatal(i, err)
		}
	}
	for status, want := range map[string]string{
		"101": "x01", "201": "x01", "111": "", "203": "2x3", "213": "2x3", "450": "45x", "451": "45x", "600": "6xx", "171": "x7x", "161": "",
		"228": "xx8", "229": "", "123": "", "12": "", "1234": "", "": "",
	} {
		got := ""
		if c.exact == nil {
			c.exact = map[string]*reply{}
		}
		if r := c.find(status); r != nil {
			got = strings.TrimPrefix(string(r.body), "b")
		}
		if got != want {
			t.Errorf("%s: %q, want %q", status, got, want)
		}
	}
	for _, p := range []string{"xxx", "xYx", "x1", "x123", "", "20", "2000", "-10", "2.0"} {
		if got, err := pattern(p); err == nil {
			t.Errorf("%q: %q", p, got)
		}
	}
}

// What is answered for each status of a configuration, and which can't be one.
func TestReplies(t *testing.T) {
	for status, ok := range map[string]bool{"": true, "200": true, "599": true, "199": false, "600": false, "99999999999": false, "4294967496": false, "x": false, "-1": false} {
		r, err := Answer{Status: loose.Text(status)}.reply()
		if (err == nil) != ok {
			t.Errorf("status_code %q: %v", status, err)
		} else if want := map[string]uint32{"599": 599}[status]; ok && want != 0 && r.status != want {
			t.Errorf("status_code %q: %d", status, r.status)
		}
	}
	for header, ok := range map[string]bool{
		"a=b": true, "az09!#$%&'*+-.^_`|~=\t ~\u00fc": true, "A-Z = v": true, "e=": true,
		"": false, "a": false, "=b": false, "a b=c": false, ":status=200": false, "a/b=c": false, "a{=c": false, "a\u00fc=c": false,
		"a=b\x1fc": false, "a=b\x7fc": false, "a=b\r\nc: d": false, "a=b\tc d": true, "/a=b": false, "a:=b": false, "{a=b": false,
	} {
		if _, err := (Answer{Headers: []loose.Text{loose.Text(header)}}).reply(); (err == nil) != ok {
			t.Errorf("header %q: %v", header, err)
		}
	}
	for body, want := range map[string]string{"": "", "1": "application/json; charset=utf-8", "{": "text/plain; charset=utf-8"} {
		r, err := Answer{Body: loose.Value(body)}.reply()
		if err != nil || len(r.headers) > 1 || want != "" && (len(r.headers) == 0 || r.headers[0][1] != want) || want == "" && len(r.headers) > 0 {
			t.Errorf("body %q: %v %v", body, r.headers, err)
		}
	}
}

// Statuses that have no body get none, nor a type of one.
func TestStatusesWithoutBody(t *testing.T) {
	for status, want := range map[string]string{"204": "", "304": "", "205": "b", "303": "b", "305": "b"} {
		h := native.New(t, native.Options{Config: []byte(`{"status_code":` + status + `,"headers":["x-a=1","content-type=text/css"],"body":"b"}`)})
		ex := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}, {":scheme", "http"}})
		typed := ex.Reply != nil && ex.Reply.Headers.Get("content-type") != ""
		if ex.Reply == nil || string(ex.Reply.Body) != want || typed != (want != "") || ex.Reply.Headers.Get("x-a") != "1" {
			t.Errorf("%s: %+v", status, ex.Reply)
		}
	}
}

func BenchmarkRequest(b *testing.B) {
	request := [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}, {":scheme", "http"}}
	for name, config := range map[string]string{
		"mock":   `{"body":"hello"}`,
		"status": `{"enable_on_status":["404","5xx"],"body":"hello"}`,
	} {
		b.Run(name, func(b *testing.B) {
			h := native.New(b, native.Options{Config: []byte(config)})
			b.ReportAllocs()
			for b.Loop() {
				ex := h.Request(request)
				if ex.Reply == nil {
					ex.Respond([][2]string{{":status", "200"}})
				}
				ex.End()
			}
		})
	}
}

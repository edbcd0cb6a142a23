package bench

import (
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/run/record"
)

// Requests are what is sent where nobody says otherwise: a page, JSON of 1 KiB
// and of 16 KiB in a request, and of 16 KiB in a response. The upstream answers
// 200.
func Requests() []record.Exchange {
	return []record.Exchange{
		exchange("page", "GET", "/index.html?lang=en", "", "text/html", "<!doctype html><title>x</title>"),
		exchange("json", "POST", "/api/orders", document(1<<10), "application/json", `{"ok":true}`),
		exchange("large request", "POST", "/api/upload", document(16<<10), "application/json", `{"ok":true}`),
		exchange("large response", "GET", "/api/orders?page=2", "", "application/json", document(16<<10)),
	}
}

// exchange is a request with the headers of a browser, and its answer.
func exchange(name, method, path, body, answerType, answer string) record.Exchange {
	request := [][2]string{{":method", method}, {":path", path}, {":authority", "bench.test"},
		{"accept", "text/html,application/json;q=0.9,*/*;q=0.8"}, {"accept-encoding", "gzip, deflate, br"},
		{"accept-language", "en-GB,en;q=0.5"}, {"cache-control", "no-cache"}, {"dnt", "1"},
		{"referer", "https://bench.test/"}, {"user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}}
	if body != "" {
		request = append(request, [2]string{"content-type", "application/json"}, [2]string{"content-length", fmt.Sprint(len(body))})
	}
	return record.Exchange{Name: name, Request: record.Message{Headers: request, Body: []byte(body)},
		Upstream: &record.Call{Cluster: "upstream", Response: record.Message{Body: []byte(answer), Headers: [][2]string{
			{":status", "200"}, {"content-length", fmt.Sprint(len(answer))}, {"content-type", answerType}}}}}
}

// document is JSON of about n bytes.
func document(n int) string {
	var b strings.Builder
	b.WriteString(`{"items":[`)
	for i := 0; b.Len() < n-80; i++ {
		fmt.Fprintf(&b, `{"id":%d,"name":"item number %d","price":9.99,"tags":["a","b"]},`, i, i)
	}
	b.WriteString(`{"id":-1}],"model":"last"}`)
	return b.String()
}

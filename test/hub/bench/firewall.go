package main

import (
	"fmt"
	"strings"
)

// browser are the headers of a request that the core rule set has no word against.
var browser = []string{"User-Agent: Mozilla/5.0", "Accept: text/html"}

// waf looks at a request with the whole core rule set.
func waf() entry {
	return entry{name: "waf", plugin: "waf", config: `{"useCRS":true}`, request: get("/get?id=1", browser...)}
}

// wafBody looks at a form of 16 KiB. All sides hold it until it is whole: an Envoy
// that answers by itself would otherwise do so before it has read it.
func wafBody() entry {
	e := waf()
	e.name = "waf, a form of 16 KiB"
	e.first = typed("buffer.v3.Buffer", object{"max_request_bytes": 1 << 20})
	var fields []string
	for i := range 64 {
		fields = append(fields, fmt.Sprintf("field%02d=%s", i, strings.Repeat("word+", 50)))
	}
	body := strings.Join(fields, "&")
	e.request = []byte("POST /post HTTP/1.1\r\nHost: hub.test\r\n" + strings.Join(browser, "\r\n") +
		fmt.Sprintf("\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n", len(body)) + body)
	return e
}

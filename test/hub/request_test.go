package hub

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
)

// request is what a client sends over HTTP/1.1, as it is written on the wire.
type request struct {
	method, target, host string
	headers              [][2]string
	body                 string
	chunked              bool
	// odd says that a gateway may refuse it by itself, with a 4xx.
	odd bool
}

// values returns a header's values, in their order.
func (q *request) values(name string) (all []string) {
	for _, h := range q.headers {
		if strings.EqualFold(h[0], name) {
			all = append(all, h[1])
		}
	}
	return all
}

func (q *request) add(name, value string) { q.headers = append(q.headers, [2]string{name, value}) }

// wire is the request's text.
func (q *request) wire(id int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nx-hub-id: %d\r\n", q.method, q.target, q.host, id)
	for _, h := range q.headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	switch {
	case q.chunked:
		b.WriteString("Transfer-Encoding: chunked\r\n\r\n")
		for rest := q.body; rest != ""; {
			n := min(len(rest), 1+len(rest)/2)
			fmt.Fprintf(&b, "%x\r\n%s\r\n", n, rest[:n])
			rest = rest[n:]
		}
		b.WriteString("0\r\n\r\n")
	case q.body != "" || q.method == "POST" || q.method == "PUT":
		fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(q.body), q.body)
	default:
		b.WriteString("\r\n")
	}
	return b.Bytes()
}

func (q *request) String() string {
	text := string(q.wire(0))
	return fmt.Sprintf("%q", text[:min(len(text), 1500)])
}

// pick returns one of the choices.
func pick[T any](r *rand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }

// oneIn says yes once in n times.
func oneIn(r *rand.Rand, n int) bool { return r.IntN(n) == 0 }

// random makes a request without credentials.
func random(r *rand.Rand) *request {
	q := &request{
		method: pick(r, "GET", "GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"),
		target: pick(r, "/", "/get", "/a/b/c", "//a", "/a/../b", "/a/./b/", "/a;b=c", "/%61", "/a%2fb", "/A", "/%C3%BC", "/a//b"),
		host:   pick(r, "hub.test", "hub.test", "HUB.test", "hub.test.", "hub.test:80", "other.test", "[::1]:80"),
	}
	if oneIn(r, 3) {
		q.target += pick(r, "?", "?a=1", "?a=1&b=2&a=3", "?&&", "?a", "?=1", "?a=%20+b", "?a=1;b=2", "?a=%C3%BC", "?a[]=1")
	}
	if oneIn(r, 20) {
		q.target, q.odd = q.target+pick(r, "%", "%z", "%zz", "?%", "?a=%zz"), true
	}
	if q.method == "POST" || q.method == "PUT" || q.method == "PATCH" {
		q.body = strings.Repeat(pick(r, "", "a", "a=1&b=2", "{\"a\":1}", "\x00\xff"), r.IntN(300))
		q.chunked = oneIn(r, 3)
		q.add("content-type", pick(r, "text/plain", "application/json", "application/x-www-form-urlencoded", "x"))
	}
	for range r.IntN(4) {
		q.add(pick(r, "x-a", "x-b", "X-A", "cookie", "accept", "x-forwarded-host", "x-real-ip", "referer", "accept-language"), junk(r))
	}
	if oneIn(r, 3) {
		q.add(pick(r, "x-mse-consumer", "X-Mse-Consumer", "X-MSE-CONSUMER"), pick(r, "root", "c1", "c2", "", "c1,c2"))
		if oneIn(r, 3) {
			q.add("x-mse-consumer", pick(r, "root", "c1"))
		}
	}
	if oneIn(r, 30) {
		q.add("x-long", strings.Repeat("l", r.IntN(30_000)))
	}
	return q
}

// junk is a header's value that is allowed in one.
func junk(r *rand.Rand) string {
	b := make([]byte, r.IntN(40))
	for i := range b {
		b[i] = pick(r, byte('a'), 'Z', '0', ',', ';', '=', '"', '\\', '%', '/', ':', '.', ' ', '\t', 0x80, 0xff, '{', '}', '<', '\'')
	}
	return strings.TrimSpace(string(b))
}

// shuffle puts the headers into another order, those of one name included.
func (q *request) shuffle(r *rand.Rand) {
	r.Shuffle(len(q.headers), func(i, j int) { q.headers[i], q.headers[j] = q.headers[j], q.headers[i] })
}

package fault

import (
	"bufio"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strings"
)

const (
	overLimit = 3 << 20 // both gateways keep 1 MiB of a body at most
	post      = "POST /echo HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n"
)

// described is what the plugin says about a body.
func described(body string) string {
	return fmt.Sprintf("200, %d bytes, sum %x", len(body), crc32.ChecksumIEEE([]byte(body)))
}

// bodies are faults 11 and 12.
func bodies() []fault {
	big := strings.Repeat("x", overLimit)
	all := []fault{
		{n: 11, name: "request of 3 MiB, buffered", sees: "413", run: status(func(b *bed) string { return b.post("sum", big).String() })},
		{n: 11, name: "request of 3 MiB, streamed", sees: described(big), run: func(b *bed) string { return b.post("sum-chunks", big).String() }},
		{n: 11, name: "response of 3 MiB, buffered", sees: "200, then broken off", run: func(b *bed) string {
			return b.send(request{op: "sum-response", path: fmt.Sprintf("/%d", overLimit)}).String()
		}},
		{n: 11, name: "the same, headers held until the body is there", sees: "500", run: status(func(b *bed) string {
			return b.send(request{op: "replace-response-held=1", path: fmt.Sprintf("/%d", overLimit)}).String()
		})},
		{n: 11, name: "response of 3 MiB, not read", sees: fmt.Sprintf("200 with %d bytes", overLimit), run: func(b *bed) string {
			return b.send(request{path: fmt.Sprintf("/%d", overLimit)}).String()
		}},
	}
	chunked := func(sizes ...int) []string {
		parts, rest := []string{"transfer-encoding: chunked\r\n\r\n"}, "abcdefgh"
		for _, n := range sizes {
			parts = append(parts, fmt.Sprintf("%x\r\n%s\r\n", n, rest[:n]))
			rest = rest[n:]
		}
		return parts
	}
	for _, c := range []struct {
		name  string
		parts []string
		body  string
	}{
		{"one piece", []string{"content-length: 8\r\n\r\nabcdefgh"}, "abcdefgh"},
		{"byte by byte", append([]string{"content-length: 8\r\n\r\n"}, strings.Split("abcdefgh", "")...), "abcdefgh"},
		{"chunks of 1, 2, 4 and 1", append(chunked(1, 2, 4, 1), "0\r\n\r\n"), "abcdefgh"},
		{"chunks and trailers", append(chunked(3, 5), "0\r\nx-trailer: 1\r\n\r\n"), "abcdefgh"},
		{"an empty body, chunked", append(chunked(), "0\r\n\r\n"), ""},
		{"trailers without a body", append(chunked(), "0\r\nx-trailer: 1\r\n\r\n"), ""},
		{"content-length 0", []string{"content-length: 0\r\n\r\n"}, ""},
		{"no body", []string{"\r\n"}, ""},
	} {
		for _, op := range []string{"sum", "sum-chunks"} {
			sees := described(c.body)
			if op == "sum-chunks" && (c.name == "content-length 0" || c.name == "no body") {
				sees = "200 from upstream"
			}
			all = append(all, fault{n: 12, name: "HTTP/1.1, " + c.name + ", " + op, sees: sees, run: func(b *bed) string {
				parts := append([]string{post + "x-op: " + op + "\r\n"}, c.parts...)
				return b.answer("POST", parts...).String()
			}})
		}
	}
	for _, op := range []string{"sum", "sum-chunks"} {
		all = append(all, fault{n: 12, name: "HTTP/2, a body of 100,000 bytes, " + op, sees: described(big[:100_000]),
			run: func(b *bed) string { return b.send(request{op: op, body: big[:100_000], h2: true}).String() }})
	}
	all = append(all, inFrames()...)
	return append(all, fault{n: 12, name: "HTTP/2, no body", sees: described(""),
		run: func(b *bed) string { return b.send(request{op: "sum", h2: true}).String() }})
}

// inFrames are bodies in pieces of many sizes, with and without trailers, and
// responses that come so.
func inFrames() (out []fault) {
	sent := strings.Repeat("abcdefgh", 12_500)
	for _, c := range []struct{ all, size int }{{200, 1}, {10_000, 100}, {100_000, 16_384}, {100_000, 20_000}} {
		body := sent[:c.all]
		for _, trailer := range []string{"", "end"} {
			for _, op := range []string{"sum", "sum-chunks"} {
				name := fmt.Sprintf("HTTP/2, %d bytes in frames of %d, %s", c.all, c.size, op)
				if trailer != "" {
					name += ", trailers"
				}
				out = append(out, fault{n: 12, name: name, sees: described(body), run: func(b *bed) string {
					return b.send(request{op: op, body: body, pieces: c.size, trailer: trailer, h2: true}).String()
				}})
			}
		}
		for _, h2 := range []bool{false, true} {
			out = append(out, fault{n: 12, name: fmt.Sprintf("HTTP/%d, response of %d bytes in pieces of %d", 1+btoi(h2), c.all, c.size),
				sees: described(strings.Repeat("y", c.all)), run: func(b *bed) string {
					return b.send(request{op: "describe-response", path: fmt.Sprintf("/%d-in-%d", c.all, c.size), h2: h2}).whole(c.all)
				}})
		}
	}
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// whole is String, or says that the body has another length.
func (r reply) whole(n int) string {
	if len(r.body) != n {
		return fmt.Sprintf("%s; the client got %d bytes", r, len(r.body))
	}
	return r.String()
}

// lengths are fault 13: bodies of another length than content-length said.
func lengths() (out []fault) {
	for _, n := range []int{5, 0, 226, 300} {
		for _, held := range []string{"", "-held"} {
			name := map[string]string{"": "headers gone on", "-held": "headers held"}[held]
			out = append(out,
				fault{n: 13, name: fmt.Sprintf("response of 226 bytes replaced by %d, %s", n, name), sees: "the client gets it; then 200 from upstream",
					run: func(b *bed) string { return b.replaceResponse(fmt.Sprintf("replace-response%s=%d", held, n), n) }},
				fault{n: 13, name: fmt.Sprintf("request of 226 bytes replaced by %d, %s", n, name), sees: "upstream gets it; then 200 from upstream",
					run: func(b *bed) string { return b.replaceRequest(fmt.Sprintf("replace-request%s=%d", held, n), n) }})
		}
	}
	return append(out, fault{n: 13, name: "request of 226 bytes replaced by 300, chunk by chunk", sees: "upstream gets it; then 200 from upstream",
		run: func(b *bed) string { return b.replaceRequest("replace-chunks=300", 300) }})
}

// replaceResponse sends two requests on one connection: the second's answer must
// begin where the first's ends.
func (b *bed) replaceResponse(op string, n int) string {
	raw := b.raw("GET /226 HTTP/1.1\r\nhost: a.test\r\nx-op: " + op + "\r\n\r\n" +
		"GET /echo HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n")
	both := answers(raw, "GET", "GET")
	if both[0].body != strings.Repeat("z", n) || both[0].err != nil {
		return "the client gets " + both[0].String()
	}
	return "the client gets it; then " + both[len(both)-1].String()
}

// replaceRequest is replaceResponse towards the upstream, which keeps its
// connection for the second request.
func (b *bed) replaceRequest(op string, n int) string {
	body := strings.Repeat("q", 226)
	raw := b.raw("POST /echo HTTP/1.1\r\nhost: a.test\r\nx-op: " + op + "\r\ncontent-length: 226\r\n\r\n" + body +
		"GET /echo HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n")
	both := answers(raw, "POST", "GET")
	if both[0].err != nil || both[0].status != 200 {
		return both[0].String()
	}
	if s := both[0].seen(b); s.Body != n || s.Length >= 0 && s.Length != int64(n) {
		return fmt.Sprintf("upstream got %d bytes and content-length %d", s.Body, s.Length)
	}
	return "upstream gets it; then " + both[len(both)-1].String()
}

// disguises are fault 14: headers by which a body is made to pass uninspected.
func disguises() (out []fault) {
	for _, c := range []struct {
		name   string
		header map[string]string
	}{
		{"content-encoding gzip", map[string]string{"content-encoding": "gzip"}},
		{"octet-stream", map[string]string{"content-type": "application/octet-stream"}},
		{"grpc", map[string]string{"content-type": "application/grpc"}},
		{"multipart", map[string]string{"content-type": "multipart/form-data; boundary=x"}},
		{"upgrade h2c", map[string]string{"connection": "upgrade", "upgrade": "h2c"}},
	} {
		out = append(out, fault{n: 14, name: "the body is seen, " + c.name, sees: described("hello"), run: func(b *bed) string {
			return b.send(request{op: "sum", body: "hello", header: c.header}).String()
		}})
	}
	return append(out,
		fault{n: 14, name: "the body is seen, response with content-encoding", sees: "gzip, counted", run: func(b *bed) string {
			before := b.metric("fault_response_bodies")
			got := b.send(request{op: "sum-response", path: "/encoded"})
			eventually(b, "the body to be seen", func() bool { return b.metric("fault_response_bodies") == before+1 })
			return got.header.Get("Content-Encoding") + ", counted"
		}},
		fault{n: 14, name: "a websocket, body handlers of both directions", sees: "101, echoes both ways; the handlers saw nothing of it",
			run: func(b *bed) string { return b.websocket("both") }},
		fault{n: 14, name: "a websocket, a handler for the whole body", sees: "101, echoes both ways; the handlers saw nothing of it",
			run: func(b *bed) string { return b.websocket("sum") }})
}

// websocket upgrades, and sends two words, each when the answer to what was
// before has come.
func (b *bed) websocket(op string) string {
	seen := func() uint64 { return b.metric("fault_chunks") + b.metric("fault_response_bodies") }
	before, conn := seen(), b.dial()
	defer conn.Close()
	_, err := io.WriteString(conn, "GET /echo HTTP/1.1\r\nhost: a.test\r\nconnection: Upgrade\r\nupgrade: websocket\r\nx-op: "+op+"\r\n\r\n")
	in := bufio.NewReader(conn)
	if err != nil {
		return err.Error()
	}
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		return err.Error()
	}
	if res.StatusCode != http.StatusSwitchingProtocols {
		body, _ := io.ReadAll(res.Body)
		return fmt.Sprintf("%d %s", res.StatusCode, body)
	}
	for _, word := range []string{"hello", "again"} {
		got := make([]byte, len(word))
		if _, err := io.WriteString(conn, word); err != nil {
			return err.Error()
		}
		if _, err := io.ReadFull(in, got); err != nil || string(got) != word {
			return fmt.Sprintf("101, then %q and %v", got, err)
		}
	}
	conn.Close()
	if n := seen() - before; n != 0 {
		return fmt.Sprintf("101, echoes both ways; the handlers ran %dx", n)
	}
	return "101, echoes both ways; the handlers saw nothing of it"
}

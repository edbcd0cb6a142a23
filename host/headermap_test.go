package host

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func show(h *HeaderMap) string {
	var b strings.Builder
	for _, f := range h.Pairs() {
		b.WriteString(f[0] + "=" + f[1] + ";")
	}
	return b.String()
}

func TestHeaderMap(t *testing.T) {
	for _, c := range []struct {
		name string
		kind MapType
		do   func(h *HeaderMap)
		want string
	}{
		{"lower case", MapRequestHeaders, func(h *HeaderMap) { h.Add("X-A", "V") }, "x-a=V;"},
		{"pseudo first", MapRequestHeaders, func(h *HeaderMap) { h.Add("a", "1"); h.Add(":method", "GET"); h.Add("b", "2"); h.Add(":path", "/") }, ":method=GET;:path=/;a=1;b=2;"},
		{"unknown fields stay apart", MapRequestHeaders, func(h *HeaderMap) { h.Add("x", "1"); h.Add("X", "2") }, "x=1;x=2;"},
		{"known fields join", MapRequestHeaders, func(h *HeaderMap) { h.Add("Accept", "1"); h.Add("accept", ""); h.Add("accept", "3") }, "accept=1,3;"},
		{"joined to empty", MapRequestHeaders, func(h *HeaderMap) { h.Add("via", ""); h.Add("via", "2") }, "via=2;"},
		{"cookies stay apart", MapRequestHeaders, func(h *HeaderMap) { h.Add("cookie", "1"); h.Add("cookie", "2") }, "cookie=1;cookie=2;"},
		{"server apart in a request", MapRequestHeaders, func(h *HeaderMap) { h.Add("server", "1"); h.Add("server", "2") }, "server=1;server=2;"},
		{"server joins in a response", MapResponseHeaders, func(h *HeaderMap) { h.Add("server", "1"); h.Add("server", "2") }, "server=1,2;"},
		{"set-cookie apart", MapResponseHeaders, func(h *HeaderMap) { h.Add("set-cookie", "1"); h.Add("set-cookie", "2") }, "set-cookie=1;set-cookie=2;"},
		{"callout answer joins", MapCallResponseHeaders, func(h *HeaderMap) { h.Add("etag", "1"); h.Add("etag", "2") }, "etag=1,2;"},
		{"trailers", MapResponseTrailers, func(h *HeaderMap) {
			h.Add("grpc-status", "1")
			h.Add("grpc-status", "2")
			h.Add("via", "1")
			h.Add("via", "2")
		}, "grpc-status=1,2;via=1;via=2;"},
		{"host is authority", MapRequestHeaders, func(h *HeaderMap) { h.Add(":authority", "a"); h.Set("HOST", "b") }, ":authority=b;"},
		{"host in a response", MapResponseHeaders, func(h *HeaderMap) { h.Add("host", "a") }, "host=a;"},
		{"set moves to the end", MapRequestHeaders, func(h *HeaderMap) {
			h.SetPairs([][2]string{{":path", "/"}, {"x", "1"}, {"x", "2"}, {"y", "3"}})
			h.Set("x", "4")
			h.Set(":path", "/p")
		}, ":path=/p;y=3;x=4;"},
		{"set new", MapRequestHeaders, func(h *HeaderMap) { h.Set("x", "") }, "x=;"},
		{"remove all", MapRequestHeaders, func(h *HeaderMap) { h.Add("x", "1"); h.Add("y", "1"); h.Add("x", "2"); h.Remove("X") }, "y=1;"},
		{"empty name", MapRequestHeaders, func(h *HeaderMap) { h.Add("", "1") }, "=1;"},
	} {
		h := NewHeaderMap(c.kind, 0)
		if c.do(h); show(h) != c.want {
			t.Errorf("%s: %s, want %s", c.name, show(h), c.want)
		}
	}
}

func TestHeaderMapReading(t *testing.T) {
	h := HeaderMapOf(MapRequestHeaders, [2]string{"x", "1"}, [2]string{"x", "22"}, [2]string{":path", "/"})
	if v, ok := h.Get("X"); v != "1" || !ok {
		t.Errorf("Get = %q, %v", v, ok)
	}
	if v, ok := h.Get("y"); v != "" || ok {
		t.Errorf("Get of nothing = %q, %v", v, ok)
	}
	if v := h.Values("x"); !reflect.DeepEqual(v, []string{"1", "22"}) {
		t.Errorf("Values = %q", v)
	}
	if h.Len() != 3 || h.ByteSize() != 2+3+6 {
		t.Errorf("Len %d, ByteSize %d", h.Len(), h.ByteSize())
	}
	c := h.Clone()
	c.Set("x", "changed")
	if show(h) != ":path=/;x=1;x=22;" || (*HeaderMap)(nil).Clone() != nil {
		t.Errorf("a clone is not independent: %s", show(h))
	}
	if n := h.Remove("x"); n != 2 {
		t.Errorf("Remove = %d", n)
	}
}

func TestSplice(t *testing.T) {
	for _, c := range []struct {
		start, length int
		data, want    string
		status        Status
	}{
		{0, 0, "ab", "abbody", StatusOK},
		{0, 0, "", "body", StatusOK},
		{0, 4, "ab", "ab", StatusOK},
		{0, 99, "", "", StatusOK},
		{0, 3, "ab", "body", StatusBadArgument},
		{4, 0, "ab", "bodyab", StatusOK},
		{99, 5, "ab", "bodyab", StatusOK},
		{2, 0, "ab", "body", StatusBadArgument},
		{2, 99, "ab", "body", StatusBadArgument},
		{-1, 0, "ab", "body", StatusBadArgument},
		{0, -1, "ab", "body", StatusBadArgument},
	} {
		orig := []byte("body....")
		b := NewBuffer(orig[:4])
		status := b.Splice(c.start, c.length, []byte(c.data))
		if status != c.status || string(b.Bytes()) != c.want || b.Len() != len(c.want) {
			t.Errorf("Splice(%d,%d,%q) = %v, %q; want %v, %q", c.start, c.length, c.data, status, b.Bytes(), c.status, c.want)
		}
		if b.Changed() != (c.status == StatusOK) {
			t.Errorf("Splice(%d,%d): Changed = %v", c.start, c.length, b.Changed())
		}
		if string(orig) != "body...." {
			t.Errorf("Splice(%d,%d) wrote into the caller's array: %q", c.start, c.length, orig)
		}
	}
	var empty Buffer
	if empty.Splice(5, 0, []byte("x")) != StatusOK || string(empty.Bytes()) != "x" {
		t.Errorf("the zero Buffer can't be appended to: %q", empty.Bytes())
	}
}

func ExampleHeaderMap() {
	h := HeaderMapOf(MapRequestHeaders, [2]string{":path", "/"}, [2]string{"Accept", "text/html"})
	h.Add("accept", "*/*")
	h.Set("X-Hello", "world")
	fmt.Println(h.Pairs())
	// Output: [[:path /] [accept text/html,*/*] [x-hello world]]
}

func ExampleBuffer_Splice() {
	b := NewBuffer([]byte("body"))
	b.Splice(0, 0, []byte("head "))
	b.Splice(b.Len(), 0, []byte(" tail"))
	fmt.Printf("%s\n", b.Bytes())
	// Output: head body tail
}

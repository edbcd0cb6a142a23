// Command headers reads headers one by one, each with a host call of its own, and
// together, and answers with what differs.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func main() {}

func init() {
	proxywasm.SetHttpContext(func(id uint32) types.HttpContext { return &stream{id: id} })
}

type stream struct {
	types.DefaultHttpContext
	id   uint32
	text []byte
}

var names = []string{
	":path", ":authority", ":method", ":scheme", "host", "Host", "x-dup", "X-Dup", "x-empty", "x-none", "", "cookie", "accept",
	"x-forwarded-for", "x-new", "x-added", "content-length", "transfer-encoding", "x-request-id", "user-agent", "te", "x-late", "\u00e9",
}

func (s *stream) OnHttpRequestHeaders(int, bool) types.Action {
	s.compare("at first")
	_ = proxywasm.RemoveHttpRequestHeader("accept")
	_ = proxywasm.ReplaceHttpRequestHeader("x-empty", "full")
	_ = proxywasm.AddHttpRequestHeader("x-late", "1")
	s.compare("after changes of plain names")
	_ = proxywasm.AddHttpRequestHeader("x-dup", "third")
	_ = proxywasm.AddHttpRequestHeader("X-Added", "1")
	_ = proxywasm.ReplaceHttpRequestHeader("x-new", "new")
	_ = proxywasm.ReplaceHttpRequestHeader("host", "other.test")
	_ = proxywasm.RemoveHttpRequestHeader("User-Agent")
	s.compare("after changes")
	_ = proxywasm.ReplaceHttpRequestHeader(":path", "/changed")
	_ = proxywasm.RemoveHttpRequestHeader("x-dup")
	s.compare("after more")
	_ = proxywasm.SendHttpResponse(200, nil, append(s.text, "end"...), -1)
	return types.ActionPause
}

// compare reads all names twice in one go, then each on its own: a change of the
// effective context ends what is known of headers.
func (s *stream) compare(when string) {
	together := make([]string, len(names))
	for range 2 {
		for i, name := range names {
			together[i] = get(name)
		}
	}
	for i, name := range names {
		_ = proxywasm.SetEffectiveContext(s.id)
		if alone := get(name); alone != together[i] {
			s.text = append(s.text, when+", "+name+": "+together[i]+", alone "+alone+"\n"...)
		}
	}
	s.text = append(s.text, when+": x-dup="+get("x-dup")+" host="+get("host")+"\n"...)
}

func get(name string) string {
	value, err := proxywasm.GetHttpRequestHeader(name)
	if err != nil {
		return err.Error()
	}
	return "[" + value + "]"
}

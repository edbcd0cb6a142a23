package plugintest_test

import (
	"encoding/binary"
	"errors"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// asking reads properties in two phases.
type asking struct {
	types.DefaultHttpContext
	headers, body map[string]string
}

var asked = [][]string{
	{"request", "path"}, {"request", "headers", "x-two"}, {"request", "size"}, {"source", "port"}, {"upstream", "address"},
	{"plugin_name"}, {"request"}, {"connection", "mtls"}, {"mine"},
}

func ask() map[string]string {
	got := map[string]string{}
	for _, path := range asked {
		value, err := proxywasm.GetProperty(path)
		answer := string(value)
		if err != nil {
			answer = "error"
			if !errors.Is(err, types.ErrorStatusNotFound) {
				answer = "fault"
			}
		} else if len(value) == 8 {
			answer = string(rune('0' + binary.LittleEndian.Uint64(value)%10))
		}
		got[path[len(path)-1]] = answer
	}
	return got
}

func (a *asking) OnHttpRequestHeaders(int, bool) types.Action {
	a.headers = ask()
	_ = proxywasm.SetProperty([]string{"mine"}, []byte("m"))
	return types.ActionContinue
}

func (a *asking) OnHttpRequestBody(int, bool) types.Action {
	a.body = ask()
	_ = proxywasm.AddHttpRequestTrailer("x-added", "1")
	return types.ActionContinue
}

func TestAttributes(t *testing.T) {
	before := proxywasm.GetVMContext()
	defer proxywasm.SetVMContext(before)
	a := &asking{}
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return a })
	h := plugintest.New(t, plugintest.Options{Name: "asks", Properties: map[string]string{
		"source.address": "10.0.0.1:5007", "upstream.address": "10.0.0.2:80",
	}})
	ex := h.Request([][2]string{{":method", "POST"}, {":path", "/p"}, {":authority", "a"}, {"x-two", "1"}, {"x-two", "2"}}, []byte("12345"))
	for name, want := range map[string][2]string{
		"path": {"/p", "error"}, "x-two": {"1,2", "error"}, "size": {"0", "5"}, "port": {"7", "7"}, "address": {"error", "10.0.0.2:80"},
		"plugin_name": {"asks", "asks"}, "request": {"fault", "fault"}, "mtls": {"\x00", "\x00"}, "mine": {"error", "m"},
	} {
		if a.headers[name] != want[0] || a.body[name] != want[1] {
			t.Errorf("%s: %q with the headers, %q with the body; want %q", name, a.headers[name], a.body[name], want)
		}
	}
	if ex.Upstream.Trailers.Get("x-added") != "1" {
		t.Errorf("trailers behind a body without any: %v", ex.Upstream.Trailers)
	}
}

func TestForeignFunctionsOfEnvoy(t *testing.T) {
	before := proxywasm.GetVMContext()
	defer proxywasm.SetVMContext(before)
	proxywasm.SetHttpContext(func(uint32) types.HttpContext {
		packed, err := proxywasm.CallForeignFunction("compress", []byte("text"))
		if err != nil {
			t.Error(err)
		}
		if plain, err := proxywasm.CallForeignFunction("uncompress", packed); string(plain) != "text" || err != nil {
			t.Errorf("%q, %v", plain, err)
		}
		for _, bad := range [][]byte{nil, []byte("no zlib"), packed[:len(packed)-6]} {
			if _, err := proxywasm.CallForeignFunction("uncompress", bad); !errors.Is(err, types.ErrorStatusSerializationFailure) {
				t.Errorf("%q: %v", bad, err)
			}
		}
		if _, err := proxywasm.CallForeignFunction("clear_route_cache", nil); err != nil {
			t.Error(err)
		}
		return &types.DefaultHttpContext{}
	})
	plugintest.New(t, plugintest.Options{}).Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a"}})
}

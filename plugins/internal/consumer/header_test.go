package consumer

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// The plugin of this test does what a header tells it to.
func init() {
	wrapper.SetCtx("consumer",
		wrapper.ParseRawConfig(func([]byte, *struct{}) error { return nil }),
		wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, struct{}) types.Action {
			switch as, err := proxywasm.GetHttpRequestHeader("x-as"); {
			case err != nil:
				return Pass()
			case as == "again": // two plugins, one behind the other
				PassAs("first")
				return Pass()
			case as == "bad":
				return PassAs("a\r\nb")
			default:
				return PassAs(as)
			}
		}))
}

func TestHeader(t *testing.T) {
	for _, c := range []struct {
		as   string
		sent []string
		want []string
	}{
		{"", nil, nil}, {"", []string{"evil"}, nil}, {"", []string{"evil", "evil"}, nil}, {"", []string{""}, nil},
		{"c1", nil, []string{"c1"}}, {"c1", []string{"evil"}, []string{"c1"}}, {"c1", []string{"evil", "c1"}, []string{"c1"}},
		{"again", nil, []string{"first"}}, {"again", []string{"evil", "first"}, []string{"first"}},
	} {
		h := plugintest.New(t, plugintest.Options{})
		request := [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a"}, {":scheme", "http"}}
		if c.as != "" {
			request = append(request, [2]string{"x-as", c.as})
		}
		for _, s := range c.sent {
			request = append(request, [2]string{"x-mse-consumer", s})
		}
		ex := h.Request(request)
		got := ex.Upstream.Headers.Values(Header)
		if len(got) != len(c.want) || len(got) > 0 && got[0] != c.want[0] || ex.Reply != nil {
			t.Errorf("%+v: %q, %+v", c, got, ex.Reply)
		}
	}
}

// A mark of nobody's does not make a client's header true.
func TestForgedMark(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	ex := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a"}, {":scheme", "http"}, {"x-mse-consumer", ""}, {"sluice_consumer", "evil"}})
	if got := ex.Upstream.Headers.Values(Header); len(got) != 0 {
		t.Error(got)
	}
}

func TestNameThatBreaksItsLine(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	ex := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a"}, {":scheme", "http"}, {"x-as", "bad"}})
	if ex.Reply == nil || ex.Reply.Status != 500 {
		t.Errorf("%+v", ex.Reply)
	}
}

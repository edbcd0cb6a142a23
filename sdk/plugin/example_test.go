package plugin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugin"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// keyed refuses requests without a key. It embeds what it doesn't need.
type keyed struct{ rest }

// ProcessRequest implements plugin.Handler.
func (keyed) ProcessRequest(_ context.Context, req *http.Request) *plugin.Result {
	if req.Header.Get("X-Key") == "" {
		return plugin.NewResult(plugin.Stop,
			plugin.WithStatus(http.StatusUnauthorized),
			plugin.WithHeaders(http.Header{"Www-Authenticate": {"Key"}}),
			plugin.WithJSONResponse(map[string]string{"error": "a key is missing"}))
	}
	req.Header.Del("X-Key")
	return plugin.ResultModify
}

// rest are the methods of a handler that lets everything pass.
type rest struct{}

func (rest) ProcessRequest(context.Context, *http.Request) *plugin.Result {
	return plugin.ResultContinue
}

func (rest) ProcessResponse(context.Context, *http.Response) *plugin.Result {
	return plugin.ResultContinue
}

func (rest) Name() string   { return "example" }
func (rest) Priority() int  { return 50 }
func (rest) Cleanup() error { return nil }

// A handler is an ordinary value: its test needs no gateway.
func ExampleHandler() {
	var h plugin.Handler = keyed{}
	result := h.ProcessRequest(context.Background(), httptest.NewRequest(http.MethodGet, "/", nil))
	fmt.Println(result.Action() == plugin.Stop, result.StatusCode, string(result.ResponseBody))
	// Output: true 401 {"error":"a key is missing"}
}

// The same handler in a module, and a test of that. In a real test t is the
// test's own, and Register is called in main's init function.
func ExampleRegister() {
	proxywasm.SetVMContext(nil) // each Example is a module of its own
	plugin.Register(func() plugin.Handler { return keyed{} }, plugin.Timeout(time.Second))

	h := plugintest.New(&testing.B{}, plugintest.Options{})
	page := [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "shop.test"}}
	fmt.Println(h.Request(page).Reply.Status)
	ex := h.Request(append(page, [2]string{"x-key", "secret"}))
	fmt.Printf("%t %q\n", ex.Upstream.Sent(), ex.Upstream.Headers.Get("x-key"))
	// Output:
	// 401
	// true ""
}

// limits is a configuration, greeter a handler that has one.
type limits struct {
	Greeting string `json:"greeting" required:"true"`
}

type greeter struct {
	rest
	greeting string
}

// ProcessRequest implements plugin.Handler. It reads the body, and replaces it.
func (g *greeter) ProcessRequest(_ context.Context, req *http.Request) *plugin.Result {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return plugin.NewResult(plugin.Stop, plugin.WithStatus(http.StatusBadRequest),
			plugin.WithBody("text/plain", []byte("the body can't be read")))
	}
	req.Body = io.NopCloser(bytes.NewReader(append([]byte(g.greeting+", "), body...)))
	return plugin.ResultModify
}

// A handler with a configuration that is a struct. What is wrong with it is
// said at the start.
func ExampleRegisterConfig() {
	proxywasm.SetVMContext(nil)
	plugin.RegisterConfig("example", func(c limits) (plugin.Handler, error) {
		if c.Greeting == "" {
			return nil, errors.New("greeting is empty")
		}
		return &greeter{greeting: c.Greeting}, nil
	}, plugin.BodyAfterCalls())

	_, err := plugintest.Start(&testing.B{}, plugintest.Options{Config: []byte(`{"greeting":""}`)})
	fmt.Println(err)
	h := plugintest.New(&testing.B{}, plugintest.Options{Config: []byte(`{"greeting":"hello"}`)})
	ex := h.Request([][2]string{{":method", "POST"}, {":path", "/"}, {":authority", "shop.test"}}, []byte("ann"))
	fmt.Printf("%s\n", ex.Upstream.Body)
	// Output:
	// the plugin refused to start
	// hello, ann
}

// hides replaces upstream's errors, with a text from its configuration.
type hides struct {
	rest
	text string
}

// Configure implements plugin.Configurer.
func (h *hides) Configure(text []byte) error { return json.Unmarshal(text, &h.text) }

// ProcessResponse implements plugin.Handler.
func (h *hides) ProcessResponse(_ context.Context, resp *http.Response) *plugin.Result {
	if resp.StatusCode < 500 {
		return plugin.ResultContinue
	}
	return plugin.NewResult(plugin.Modify, plugin.WithStatus(http.StatusBadGateway),
		plugin.WithBody("text/plain", []byte(h.text)))
}

// A handler can take its configuration as text, and test without a gateway.
func ExampleConfigurer() {
	h := &hides{}
	var c plugin.Configurer = h
	fmt.Println(c.Configure([]byte(`"try again"`)))

	result := h.ProcessResponse(context.Background(), &http.Response{StatusCode: 503})
	fmt.Println(result.Action(), result.StatusCode, string(result.ResponseBody))
	// Output:
	// <nil>
	// Modify 502 try again
}

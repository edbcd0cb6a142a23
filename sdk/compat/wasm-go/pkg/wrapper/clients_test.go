//go:build !sluice_no_nethttp && !sluice_no_resp

package wrapper_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/test"
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
	"github.com/tidwall/resp"
)

// seen is what the plugin's callbacks got.
var seen []string

type config struct {
	http  wrapper.HttpClient
	redis wrapper.RedisClient
}

func init() {
	wrapper.SetCtx("clients", wrapper.ParseConfig(parse), wrapper.ProcessRequestHeaders(headers))
}

func parse(_ gjson.Result, c *config) error {
	c.http = wrapper.NewClusterClient(wrapper.FQDNCluster{FQDN: "a.dns", Port: 80})
	c.redis = wrapper.NewRedisClusterClient(wrapper.FQDNCluster{FQDN: "r.dns", Port: 6379})
	return c.redis.Init("u", "p", 100, wrapper.WithDataBase(3), wrapper.WithDisableBuffer(),
		wrapper.WithBufferFlushTimeout(time.Millisecond), wrapper.WithMaxBufferSizeBeforeFlush(7))
}

func headers(_ wrapper.HttpContext, c config) types.Action {
	note := func(err error) {
		if err != nil {
			seen = append(seen, err.Error())
		}
	}
	note(c.http.Get("/x", nil, answered))
	note(c.http.Post("/y", nil, []byte("b"), nil))
	note(c.redis.Get("k", replied))
	note(c.redis.Set("k", 1, nil))
	return types.HeaderStopAllIterationAndWatermark
}

func answered(status int, headers http.Header, body []byte) {
	seen = append(seen, fmt.Sprintf("%d %s %s", status, headers.Get("x-token"), body))
}

func replied(v resp.Value) {
	if err := v.Error(); err != nil {
		seen = append(seen, err.Error())
		return
	}
	seen = append(seen, "redis "+v.String())
}

// start runs a request through the plugin.
func start(t *testing.T) test.TestHost {
	t.Helper()
	seen = nil
	host, status := test.NewTestHost(json.RawMessage("{}"))
	t.Cleanup(host.Reset)
	if status != types.OnPluginStartStatusOK {
		t.Fatalf("the plugin did not start: %q", host.GetErrorLogs())
	}
	host.CallOnHttpRequestHeaders([][2]string{{":authority", "a.test"}, {":path", "/"}, {":method", "GET"}}, test.WithEndOfStream(true))
	return host
}

func TestClients(t *testing.T) {
	host := start(t)
	calls := host.GetHttpCalloutAttributes()
	if len(calls) != 2 || calls[0].Upstream != "outbound|80||a.dns" || string(calls[1].Body) != "b" {
		t.Fatalf("HTTP callouts are %v", calls)
	}
	queries := host.GetRedisCalloutAttributes()
	if len(queries) != 2 || !strings.Contains(string(queries[0].Query), "k") {
		t.Fatalf("Redis calls are %v", queries)
	}
	host.CallOnHttpCall([][2]string{{":status", "201"}, {"X-Token", "t"}}, []byte("body"))
	host.CallOnHttpCall([][2]string{{":status", "200"}}, nil) // of nobody
	host.CallOnRedisCall(0, test.CreateRedisRespString("v"))
	host.CallOnRedisCall(0, test.CreateRedisRespString("OK")) // of nobody
	if want := []string{"201 t body", "redis v"}; !slices.Equal(seen, want) {
		t.Errorf("callbacks got %q, want %q", seen, want)
	}
}

func TestRedisError(t *testing.T) {
	host := start(t)
	host.CallOnRedisCall(0, test.CreateRedisRespError("WRONGTYPE"))
	if len(seen) != 1 || !strings.Contains(seen[0], "WRONGTYPE") {
		t.Errorf("the callback got %q", seen)
	}
}

func TestRedisValues(t *testing.T) {
	for want, got := range map[string][]byte{
		"$-1\r\n": test.CreateRedisRespNull(), ":5\r\n": test.CreateRedisRespInt(5), ":1\r\n": test.CreateRedisRespBool(true),
		"$1\r\nv\r\n": test.CreateRedisRespString("v"), "-e\r\n": test.CreateRedisRespError("e"), "$3\r\n1.5\r\n": test.CreateRedisRespFloat(1.5),
		"*3\r\n:1\r\n$1\r\na\r\n$-1\r\n": test.CreateRedisRespArray([]any{1, "a", nil}),
		"-x\r\n":                         test.CreateRedisResp(errors.New("x")),
	} {
		if string(got) != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

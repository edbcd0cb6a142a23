package tokenusage_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/test"
	"github.com/higress-group/wasm-go/pkg/tokenusage"
	"github.com/higress-group/wasm-go/pkg/wrapper"
)

// last is the usage that the plugin below has found last, and ctx its stream.
var last struct {
	usage tokenusage.TokenUsage
	ctx   wrapper.HttpContext
}

func init() {
	wrapper.SetCtx("usage", wrapper.ProcessStreamingResponseBody(func(ctx wrapper.HttpContext, _ struct{}, chunk []byte, _ bool) []byte {
		last.usage, last.ctx = tokenusage.GetTokenUsage(ctx, chunk), ctx
		tokenusage.ExtractChatId(ctx, chunk)
		return chunk
	}))
}

// feed sends parts of an answer through the plugin and returns what the last
// one said.
func feed(t *testing.T, chunks ...string) tokenusage.TokenUsage {
	t.Helper()
	host, status := test.NewTestHost(json.RawMessage("{}"))
	defer host.Reset()
	if status != types.OnPluginStartStatusOK {
		t.Fatal("the plugin did not start")
	}
	host.CallOnHttpRequestHeaders([][2]string{{":authority", "a.test"}, {":path", "/"}, {":method", "POST"}})
	host.CallOnHttpResponseHeaders([][2]string{{":status", "200"}})
	for _, chunk := range chunks {
		host.CallOnHttpStreamingResponseBody([]byte(chunk), false)
	}
	return last.usage
}

func TestAPIs(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want tokenusage.TokenUsage
	}{
		"OpenAI": {`{"id":"c1","model":"m","usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":1}}}`,
			tokenusage.TokenUsage{InputToken: 1, OutputToken: 2, TotalToken: 3, Model: "m", InputTokenDetails: map[string]int64{"cached_tokens": 1}}},
		"OpenAI responses": {`{"response":{"model":"r","usage":{"input_tokens":4,"output_tokens":5,"total_tokens":9,"output_tokens_details":{"reasoning_tokens":2}}}}`,
			tokenusage.TokenUsage{InputToken: 4, OutputToken: 5, TotalToken: 9, Model: "r", OutputTokenDetails: map[string]int64{"reasoning_tokens": 2}}},
		"Gemini": {`{"modelVersion":"g","usageMetadata":{"promptTokenCount":6,"candidatesTokenCount":7,"totalTokenCount":20,"thoughtsTokenCount":7,"cachedContentTokenCount":1}}`,
			tokenusage.TokenUsage{InputToken: 6, OutputToken: 7, TotalToken: 20, Model: "g",
				InputTokenDetails: map[string]int64{"cached_content_token_count": 1}, OutputTokenDetails: map[string]int64{"thoughts_token_count": 7}}},
		"without a total": {`{"usage":{"prompt_tokens":1,"completion_tokens":2,"cache_read_input_tokens":10}}`,
			tokenusage.TokenUsage{InputToken: 1, OutputToken: 2, TotalToken: 13, Model: tokenusage.ModelUnknown, AnthropicCacheReadInputToken: 10,
				InputTokenDetails: map[string]int64{"cache_read_input_tokens": 10}}},
		"none": {`{"choices":[]}`, tokenusage.TokenUsage{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := feed(t, c.body)
			for _, m := range []*map[string]int64{&c.want.InputTokenDetails, &c.want.OutputTokenDetails} {
				if *m == nil {
					*m = map[string]int64{}
				}
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("usage is %+v, want %+v", got, c.want)
			}
		})
	}
}

// TestStream reads Anthropic's answer, whose input and output are counted in two
// events.
func TestStream(t *testing.T) {
	got := feed(t,
		"event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m1\",\"model\":\"claude\",\"usage\":{\"input_tokens\":10}}}\n\n",
		"event: message_delta\ndata: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":5}}\n\n")
	if got.InputToken != 10 || got.OutputToken != 5 || got.TotalToken != 15 || got.Model != "claude" {
		t.Errorf("usage is %+v", got)
	}
	if id := last.ctx.GetUserAttribute(tokenusage.CtxKeyChatId); id != "m1" {
		t.Errorf("chat id is %v", id)
	}
}

// TestLongEvent reads an event that comes in three chunks.
func TestLongEvent(t *testing.T) {
	got := feed(t, "data: {\"type\":\"response.completed\",\"response\":{\"model\":\"r\",", "\"usage\":{\"input_tokens\":4,\"output_tokens\":5,\"total_tokens\":9}}}", "\n\n")
	if got.TotalToken != 9 {
		t.Errorf("usage is %+v", got)
	}
}

func TestNilMaps(t *testing.T) {
	feed(t, "{}")
	var u tokenusage.TokenUsage
	tokenusage.ExtractInputTokenDetails(last.ctx, []byte(`{"usage":{"prompt_tokens_details":{"a":1}}}`), &u)
	tokenusage.ExtractOutputTokenDetails(last.ctx, []byte(`{"usage":{"generated_images":2}}`), &u)
	if u.InputTokenDetails["a"] != 1 || u.OutputTokenDetails["generated_images"] != 2 {
		t.Errorf("usage is %+v", u)
	}
}

// Package tokenusage finds out from the answers of language models how many
// tokens a request took. It knows the APIs of OpenAI and what is compatible with
// them, Anthropic, Gemini and Doubao, whole answers and parts of a stream of
// server-sent events.
package tokenusage

import (
	"bytes"

	"github.com/higress-group/wasm-go/pkg/wrapper"
)

// TokenUsage is what a request took.
type TokenUsage struct {
	// InputToken, OutputToken and TotalToken are numbers of tokens.
	InputToken int64
	// InputTokenDetails and OutputTokenDetails are parts of them, by name.
	InputTokenDetails  map[string]int64
	OutputTokenDetails map[string]int64
	OutputToken        int64
	TotalToken         int64
	// Model that answered, ModelUnknown where no answer so far says it.
	Model string

	// Tokens of Anthropic's cache, which are not in InputToken.
	AnthropicCacheCreationInputToken int64
	AnthropicCacheReadInputToken     int64
}

// Context values of an answer that comes in several chunks.
const (
	ctxParts   = "delta_sse_message"
	ctxInParts = "delta_beginning"
)

// GetTokenUsage reads the usage from a part of an answer, or all of it. What is
// found is kept as user attributes of the stream, so that a later part without
// it doesn't lose it. The zero TokenUsage means that this part has none.
func GetTokenUsage(ctx wrapper.HttpContext, body []byte) TokenUsage {
	u := TokenUsage{InputTokenDetails: map[string]int64{}, OutputTokenDetails: map[string]int64{}}
	for event := range bytes.SplitSeq(wrapper.UnifySSEChunk(body), []byte("\n\n")) {
		event = joinParts(ctx, event)
		if !bytes.Contains(event, []byte(`"usage"`)) && !bytes.Contains(event, []byte(`"usageMetadata"`)) {
			continue
		}
		for _, extract := range []func(wrapper.HttpContext, []byte, *TokenUsage){
			ExtractModel, ExtractInputTokens, ExtractOutputTokens,
			ExtractInputTokenDetails, ExtractOutputTokenDetails, ExtractTotalTokens,
		} {
			extract(ctx, event, &u)
		}
	}
	return u
}

// joinParts collects the last event of OpenAI's responses API, which is often
// longer than a chunk, until an empty line ends it.
func joinParts(ctx wrapper.HttpContext, event []byte) []byte {
	if bytes.Contains(event, []byte(`"response.completed"`)) && !bytes.Contains(event, []byte(`"usage"`)) {
		ctx.SetContext(ctxInParts, true)
	}
	if !ctx.GetBoolContext(ctxInParts, false) {
		return event
	}
	parts := ctx.GetByteSliceContext(ctxParts, nil)
	if len(bytes.TrimSpace(event)) > 0 {
		ctx.SetContext(ctxParts, append(parts, event...))
		return event
	}
	ctx.SetContext(ctxInParts, false)
	ctx.SetContext(ctxParts, nil)
	if parts == nil {
		return event
	}
	return parts
}

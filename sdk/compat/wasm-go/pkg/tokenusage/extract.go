package tokenusage

import (
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
)

func find(body []byte, paths ...string) *gjson.Result { return wrapper.GetValueFromBody(body, paths) }

// ExtractModel reads the model: from body, an earlier part or the request.
func ExtractModel(ctx wrapper.HttpContext, body []byte, u *TokenUsage) {
	u.Model = model(ctx, body)
	ctx.SetUserAttribute(CtxKeyModel, u.Model)
}

func model(ctx wrapper.HttpContext, body []byte) string {
	if v := find(body, ModelPathOpenAIChatCompletions, ModelPathOpenAIBatches, ModelPathOpenAIResponses,
		ModelPathAnthropicMessages, ModelPathGeminiGenerateContent); v != nil {
		return v.String()
	}
	if m, _ := ctx.GetUserAttribute(CtxKeyModel).(string); m != ModelEmpty && m != ModelUnknown {
		return m
	}
	if m := ctx.GetStringContext(CtxKeyRequestModel, ModelEmpty); m != ModelEmpty {
		return m
	}
	return ModelUnknown
}

// ExtractInputTokens reads the number of input tokens, from body or an earlier
// part.
func ExtractInputTokens(ctx wrapper.HttpContext, body []byte, u *TokenUsage) {
	keepNumber(ctx, CtxKeyInputToken, &u.InputToken, find(body, UsageInputTokensPathOpenAIChatCompletions,
		UsageInputTokensPathOpenAIImages, UsageInputTokensPathOpenAIResponses,
		UsageInputTokensPathGemini, UsageInputTokensPathAnthropicMessages))
}

// ExtractOutputTokens reads the number of output tokens, from body or an earlier
// part.
func ExtractOutputTokens(ctx wrapper.HttpContext, body []byte, u *TokenUsage) {
	keepNumber(ctx, CtxKeyOutputToken, &u.OutputToken, find(body, UsageOutputTokensPathOpenAIChatCompletions,
		UsageOutputTokensPathOpenAIImages, UsageOutputTokensPathOpenAIResponses,
		UsageOutputTokensPathGemini, UsageOutputTokensPathAnthropicMessages))
}

// keepNumber sets n to what was found, else to what an earlier part had.
func keepNumber(ctx wrapper.HttpContext, key string, n *int64, found *gjson.Result) {
	if found != nil {
		*n = found.Int()
	} else if earlier, _ := ctx.GetUserAttribute(key).(int64); earlier > 0 {
		*n = earlier
	}
	ctx.SetUserAttribute(key, *n)
}

// ExtractInputTokenDetails reads the parts of the input tokens.
func ExtractInputTokenDetails(ctx wrapper.HttpContext, body []byte, u *TokenUsage) {
	addDetails(&u.InputTokenDetails, find(body, UsageInputTokensDetailsPathOpenAIChatCompletions,
		UsageInputTokensDetailsPathOpenAIResponses, UsageInputTokensDetailsPathDoubao, UsageInputTokensDetailsPathGemini))
	for path, key := range map[string]string{
		UsageMetadataCachedContentTokenCountPathGemini:     InputTokenDetailsKeyGeminiCachedContentTokenCount,
		UsageMetadataToolUsePromptTokenCountPathGemini:     InputTokenDetailsKeyGeminiToolUsePromptTokenCount,
		UsageCacheCreationInputTokensPathAnthropicMessages: InputTokenDetailsKeyAnthropicMessagesUsageCacheCreationInputTokens,
		UsageCacheReadInputTokensPathAnthropicMessages:     InputTokenDetailsKeyAnthropicMessagesUsageCacheReadInputTokens,
	} {
		addDetail(&u.InputTokenDetails, key, find(body, path))
	}
	if v := find(body, UsageCacheCreationInputTokensPathAnthropicMessages); v != nil {
		u.AnthropicCacheCreationInputToken = v.Int()
	}
	if v := find(body, UsageCacheReadInputTokensPathAnthropicMessages); v != nil {
		u.AnthropicCacheReadInputToken = v.Int()
	}
	ctx.SetUserAttribute(CtxKeyInputTokenDetails, u.InputTokenDetails)
}

// ExtractOutputTokenDetails reads the parts of the output tokens.
func ExtractOutputTokenDetails(ctx wrapper.HttpContext, body []byte, u *TokenUsage) {
	addDetails(&u.OutputTokenDetails, find(body, UsageOutputTokensDetailsPathOpenAIChatCompletions,
		UsageOutputTokensDetailsPathOpenAIResponses, UsageOutputTokensDetailsPathDoubao, UsageOutputTokensDetailsPathGemini))
	addDetail(&u.OutputTokenDetails, OutputTokenDetailsKeyGeminiThoughtsTokenCount, find(body, UsageMetadataThoughtsTokenCountPathGemini))
	addDetail(&u.OutputTokenDetails, OutputTokenDetailsKeyDoubaoGeneratedImages, find(body, UsageGeneratedImagesPathDoubao))
	ctx.SetUserAttribute(CtxKeyOutputTokenDetails, u.OutputTokenDetails)
}

func addDetails(details *map[string]int64, found *gjson.Result) {
	if found == nil || !found.IsObject() {
		return
	}
	for key, value := range found.Map() {
		addDetail(details, key, &value)
	}
}

func addDetail(details *map[string]int64, key string, found *gjson.Result) {
	if found == nil {
		return
	}
	if *details == nil {
		*details = map[string]int64{}
	}
	(*details)[key] = found.Int()
}

// ExtractTotalTokens reads the number of all tokens; where body has none it is
// the sum of what u has.
func ExtractTotalTokens(ctx wrapper.HttpContext, body []byte, u *TokenUsage) {
	if v := find(body, UsageTotalTokensPathOpenAIChatCompletions, UsageTotalTokensPathOpenAIResponses, UsageTotalTokensPathGemini); v != nil {
		u.TotalToken = v.Int()
	} else {
		u.TotalToken = u.InputToken + u.OutputToken + u.AnthropicCacheCreationInputToken + u.AnthropicCacheReadInputToken
	}
	ctx.SetUserAttribute(CtxKeyTotalToken, u.TotalToken)
}

// ExtractChatId keeps the identifier of the answer as a user attribute.
func ExtractChatId(ctx wrapper.HttpContext, body []byte) {
	if v := find(body, ChatIdPathOpenAIChatCompletions, ChatIdPathOpenAIResponses, ChatIdPathGemini, ChatIdPathAnthropicMessages); v != nil {
		ctx.SetUserAttribute(CtxKeyChatId, v.String())
	}
}

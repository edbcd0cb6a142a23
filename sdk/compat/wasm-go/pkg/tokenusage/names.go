package tokenusage

// Keys under which a stream keeps the usage: user attributes, and for
// CtxKeyRequestModel a context value.
const (
	CtxKeyInputToken         = "input_token"
	CtxKeyInputTokenDetails  = "input_token_details"
	CtxKeyOutputToken        = "output_token"
	CtxKeyOutputTokenDetails = "output_token_details"
	CtxKeyTotalToken         = "total_token"
	CtxKeyModel              = "model"
	CtxKeyRequestModel       = "request_model"
	CtxKeyChatId             = "chat_id"
)

// Names of models that are not known.
const (
	ModelEmpty   = ""
	ModelUnknown = "unknown"
)

// Paths of the identifier of an answer, by API.
const (
	ChatIdPathOpenAIChatCompletions = "id"
	ChatIdPathOpenAIResponses       = "response.id"
	ChatIdPathGemini                = "responseId"
	ChatIdPathAnthropicMessages     = "message.id"
)

// Paths of the model, by API.
const (
	ModelPathOpenAIChatCompletions = "model"
	ModelPathOpenAIBatches         = "body.model"
	ModelPathOpenAIResponses       = "response.model"
	ModelPathAnthropicMessages     = "message.model"
	ModelPathGeminiGenerateContent = "modelVersion"
)

// Paths of numbers of tokens, by API.
const (
	UsageInputTokensPathOpenAIChatCompletions          = "usage.prompt_tokens"
	UsageInputTokensPathOpenAIImages                   = "usage.input_tokens"
	UsageInputTokensPathOpenAIResponses                = "response.usage.input_tokens"
	UsageInputTokensPathGemini                         = "usageMetadata.promptTokenCount"
	UsageInputTokensPathAnthropicMessages              = "message.usage.input_tokens"
	UsageCacheCreationInputTokensPathAnthropicMessages = "usage.cache_creation_input_tokens"
	UsageCacheReadInputTokensPathAnthropicMessages     = "usage.cache_read_input_tokens"
	UsageInputTokensDetailsPathOpenAIChatCompletions   = "usage.prompt_tokens_details"
	UsageInputTokensDetailsPathOpenAIResponses         = "response.usage.input_tokens_details"
	UsageInputTokensDetailsPathDoubao                  = "usage.input_tokens_details"
	UsageInputTokensDetailsPathGemini                  = "usageMetadata.promptTokensDetails"
	UsageOutputTokensPathOpenAIChatCompletions         = "usage.completion_tokens"
	UsageOutputTokensPathOpenAIImages                  = "usage.output_tokens"
	UsageOutputTokensPathOpenAIResponses               = "response.usage.output_tokens"
	UsageOutputTokensPathGemini                        = "usageMetadata.candidatesTokenCount"
	UsageOutputTokensPathAnthropicMessages             = "message.usage.output_tokens"
	UsageMetadataThoughtsTokenCountPathGemini          = "usageMetadata.thoughtsTokenCount"
	UsageMetadataCachedContentTokenCountPathGemini     = "usageMetadata.cachedContentTokenCount"
	UsageMetadataToolUsePromptTokenCountPathGemini     = "usageMetadata.toolUsePromptTokenCount"
	UsageGeneratedImagesPathDoubao                     = "usage.generated_images"
	UsageOutputTokensDetailsPathOpenAIChatCompletions  = "usage.completion_tokens_details"
	UsageOutputTokensDetailsPathOpenAIResponses        = "response.usage.output_tokens_details"
	UsageOutputTokensDetailsPathDoubao                 = "usage.output_tokens_details"
	UsageOutputTokensDetailsPathGemini                 = "usageMetadata.candidatesTokensDetails"
	UsageTotalTokensPathOpenAIChatCompletions          = "usage.total_tokens"
	UsageTotalTokensPathOpenAIResponses                = "response.usage.total_tokens"
	UsageTotalTokensPathGemini                         = "usageMetadata.totalTokenCount"
)

// Keys in TokenUsage.InputTokenDetails and TokenUsage.OutputTokenDetails for what an
// API has outside of its details.
const (
	InputTokenDetailsKeyAnthropicMessagesUsageCacheCreationInputTokens = "cache_creation_input_tokens"
	InputTokenDetailsKeyAnthropicMessagesUsageCacheReadInputTokens     = "cache_read_input_tokens"
	InputTokenDetailsKeyGeminiCachedContentTokenCount                  = "cached_content_token_count"
	InputTokenDetailsKeyGeminiToolUsePromptTokenCount                  = "tool_use_prompt_token_count"
	OutputTokenDetailsKeyDoubaoGeneratedImages                         = "generated_images"
	OutputTokenDetailsKeyGeminiThoughtsTokenCount                      = "thoughts_token_count"
)

package wrapper

import (
	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// GetRequestScheme is [wrapper.GetRequestScheme].
func GetRequestScheme() string {
	return wrapper.GetRequestScheme()
}

// GetRequestHost is [wrapper.GetRequestHost].
func GetRequestHost() string {
	return wrapper.GetRequestHost()
}

// GetRequestPath is [wrapper.GetRequestPath].
func GetRequestPath() string {
	return wrapper.GetRequestPath()
}

// GetRequestPathWithoutQuery is [wrapper.GetRequestPathWithoutQuery].
func GetRequestPathWithoutQuery() string {
	return wrapper.GetRequestPathWithoutQuery()
}

// GetRequestMethod is [wrapper.GetRequestMethod].
func GetRequestMethod() string {
	return wrapper.GetRequestMethod()
}

// IsWebsocket is [wrapper.IsWebsocket].
func IsWebsocket() bool {
	return wrapper.IsWebsocket()
}

// IsBinaryRequestBody is [wrapper.IsBinaryRequestBody].
func IsBinaryRequestBody() bool {
	return wrapper.IsBinaryRequestBody()
}

// IsBinaryResponseBody is [wrapper.IsBinaryResponseBody].
func IsBinaryResponseBody() bool {
	return wrapper.IsBinaryResponseBody()
}

// HasRequestBody is [wrapper.HasRequestBody].
func HasRequestBody() bool {
	return wrapper.HasRequestBody()
}

// IsApplicationJson is [wrapper.IsApplicationJson].
func IsApplicationJson() bool {
	return wrapper.IsApplicationJson()
}

// HasResponseBody is [wrapper.HasResponseBody].
func HasResponseBody() bool {
	return wrapper.HasResponseBody()
}

// IsResponseFromUpstream is [wrapper.IsResponseFromUpstream].
func IsResponseFromUpstream() bool {
	return wrapper.IsResponseFromUpstream()
}

// UnmarshalStr is [wrapper.UnmarshalStr].
func UnmarshalStr(marshalledJsonStr string) string {
	return wrapper.UnmarshalStr(marshalledJsonStr)
}

// MarshalStr is [wrapper.MarshalStr].
func MarshalStr(raw string) string {
	return wrapper.MarshalStr(raw)
}

// GetPluginFingerPrint is [wrapper.GetPluginFingerPrint].
func GetPluginFingerPrint() string {
	return wrapper.GetPluginFingerPrint()
}

// GetValueFromBody returns the value at the first of some paths (of package
// gjson) that is in a JSON text, nil if none is.
func GetValueFromBody(data []byte, paths []string) *gjson.Result {
	for _, path := range paths {
		if value := gjson.GetBytes(data, path); value.Exists() {
			return &value
		}
	}
	return nil
}

// UnifySSEChunk is [wrapper.UnifySSEChunk].
func UnifySSEChunk(data []byte) []byte {
	return wrapper.UnifySSEChunk(data)
}

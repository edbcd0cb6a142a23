package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// GetHttpRequestHeaders is [proxywasm.GetHttpRequestHeaders].
func GetHttpRequestHeaders() ([][2]string, error) {
	return proxywasm.GetHttpRequestHeaders()
}

// ReplaceHttpRequestHeaders is [proxywasm.ReplaceHttpRequestHeaders].
func ReplaceHttpRequestHeaders(headers [][2]string) error {
	return proxywasm.ReplaceHttpRequestHeaders(headers)
}

// GetHttpRequestHeader is [proxywasm.GetHttpRequestHeader].
func GetHttpRequestHeader(key string) (string, error) {
	return proxywasm.GetHttpRequestHeader(key)
}

// RemoveHttpRequestHeader is [proxywasm.RemoveHttpRequestHeader].
func RemoveHttpRequestHeader(key string) error {
	return proxywasm.RemoveHttpRequestHeader(key)
}

// ReplaceHttpRequestHeader is [proxywasm.ReplaceHttpRequestHeader].
func ReplaceHttpRequestHeader(key, value string) error {
	return proxywasm.ReplaceHttpRequestHeader(key, value)
}

// AddHttpRequestHeader is [proxywasm.AddHttpRequestHeader].
func AddHttpRequestHeader(key, value string) error {
	return proxywasm.AddHttpRequestHeader(key, value)
}

// GetHttpRequestBody is [proxywasm.GetHttpRequestBody].
func GetHttpRequestBody(start, maxSize int) ([]byte, error) {
	return proxywasm.GetHttpRequestBody(start, maxSize)
}

// AppendHttpRequestBody is [proxywasm.AppendHttpRequestBody].
func AppendHttpRequestBody(data []byte) error {
	return proxywasm.AppendHttpRequestBody(data)
}

// PrependHttpRequestBody is [proxywasm.PrependHttpRequestBody].
func PrependHttpRequestBody(data []byte) error {
	return proxywasm.PrependHttpRequestBody(data)
}

// ReplaceHttpRequestBody is [proxywasm.ReplaceHttpRequestBody].
func ReplaceHttpRequestBody(data []byte) error {
	return proxywasm.ReplaceHttpRequestBody(data)
}

// GetHttpRequestTrailers is [proxywasm.GetHttpRequestTrailers].
func GetHttpRequestTrailers() ([][2]string, error) {
	return proxywasm.GetHttpRequestTrailers()
}

// ReplaceHttpRequestTrailers is [proxywasm.ReplaceHttpRequestTrailers].
func ReplaceHttpRequestTrailers(trailers [][2]string) error {
	return proxywasm.ReplaceHttpRequestTrailers(trailers)
}

// GetHttpRequestTrailer is [proxywasm.GetHttpRequestTrailer].
func GetHttpRequestTrailer(key string) (string, error) {
	return proxywasm.GetHttpRequestTrailer(key)
}

// RemoveHttpRequestTrailer is [proxywasm.RemoveHttpRequestTrailer].
func RemoveHttpRequestTrailer(key string) error {
	return proxywasm.RemoveHttpRequestTrailer(key)
}

// ReplaceHttpRequestTrailer is [proxywasm.ReplaceHttpRequestTrailer].
func ReplaceHttpRequestTrailer(key, value string) error {
	return proxywasm.ReplaceHttpRequestTrailer(key, value)
}

// AddHttpRequestTrailer is [proxywasm.AddHttpRequestTrailer].
func AddHttpRequestTrailer(key, value string) error {
	return proxywasm.AddHttpRequestTrailer(key, value)
}

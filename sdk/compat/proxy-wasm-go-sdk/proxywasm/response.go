package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// GetHttpResponseHeaders is [proxywasm.GetHttpResponseHeaders].
func GetHttpResponseHeaders() ([][2]string, error) {
	return proxywasm.GetHttpResponseHeaders()
}

// ReplaceHttpResponseHeaders is [proxywasm.ReplaceHttpResponseHeaders].
func ReplaceHttpResponseHeaders(headers [][2]string) error {
	return proxywasm.ReplaceHttpResponseHeaders(headers)
}

// GetHttpResponseHeader is [proxywasm.GetHttpResponseHeader].
func GetHttpResponseHeader(key string) (string, error) {
	return proxywasm.GetHttpResponseHeader(key)
}

// RemoveHttpResponseHeader is [proxywasm.RemoveHttpResponseHeader].
func RemoveHttpResponseHeader(key string) error {
	return proxywasm.RemoveHttpResponseHeader(key)
}

// ReplaceHttpResponseHeader is [proxywasm.ReplaceHttpResponseHeader].
func ReplaceHttpResponseHeader(key, value string) error {
	return proxywasm.ReplaceHttpResponseHeader(key, value)
}

// AddHttpResponseHeader is [proxywasm.AddHttpResponseHeader].
func AddHttpResponseHeader(key, value string) error {
	return proxywasm.AddHttpResponseHeader(key, value)
}

// GetHttpResponseBody is [proxywasm.GetHttpResponseBody].
func GetHttpResponseBody(start, maxSize int) ([]byte, error) {
	return proxywasm.GetHttpResponseBody(start, maxSize)
}

// AppendHttpResponseBody is [proxywasm.AppendHttpResponseBody].
func AppendHttpResponseBody(data []byte) error {
	return proxywasm.AppendHttpResponseBody(data)
}

// PrependHttpResponseBody is [proxywasm.PrependHttpResponseBody].
func PrependHttpResponseBody(data []byte) error {
	return proxywasm.PrependHttpResponseBody(data)
}

// ReplaceHttpResponseBody is [proxywasm.ReplaceHttpResponseBody].
func ReplaceHttpResponseBody(data []byte) error {
	return proxywasm.ReplaceHttpResponseBody(data)
}

// GetHttpResponseTrailers is [proxywasm.GetHttpResponseTrailers].
func GetHttpResponseTrailers() ([][2]string, error) {
	return proxywasm.GetHttpResponseTrailers()
}

// ReplaceHttpResponseTrailers is [proxywasm.ReplaceHttpResponseTrailers].
func ReplaceHttpResponseTrailers(trailers [][2]string) error {
	return proxywasm.ReplaceHttpResponseTrailers(trailers)
}

// GetHttpResponseTrailer is [proxywasm.GetHttpResponseTrailer].
func GetHttpResponseTrailer(key string) (string, error) {
	return proxywasm.GetHttpResponseTrailer(key)
}

// RemoveHttpResponseTrailer is [proxywasm.RemoveHttpResponseTrailer].
func RemoveHttpResponseTrailer(key string) error {
	return proxywasm.RemoveHttpResponseTrailer(key)
}

// ReplaceHttpResponseTrailer is [proxywasm.ReplaceHttpResponseTrailer].
func ReplaceHttpResponseTrailer(key, value string) error {
	return proxywasm.ReplaceHttpResponseTrailer(key, value)
}

// AddHttpResponseTrailer is [proxywasm.AddHttpResponseTrailer].
func AddHttpResponseTrailer(key, value string) error {
	return proxywasm.AddHttpResponseTrailer(key, value)
}

package proxywasm

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// GetHttpRequestHeaders returns all request headers in the host's order, pseudo headers
// such as ":path" included, or types.ErrorStatusNotFound where there are none.
// Available during OnHttpRequestHeaders and, as long as the headers are held
// back, in later request callbacks; and in OnHttpStreamDone.
func GetHttpRequestHeaders() ([][2]string, error) { return getMap(abi.MapRequestHeaders) }

// ReplaceHttpRequestHeaders replaces all request headers. At most 1024 pairs
// and 1 MiB are allowed, else it returns types.ErrTooManyHeaders and the headers
// stay as they are. Available where they can still be changed: during
// OnHttpRequestHeaders, and later as long as they are held back.
func ReplaceHttpRequestHeaders(headers [][2]string) error {
	return setMap(abi.MapRequestHeaders, headers)
}

// GetHttpRequestHeader returns the first value of a request header, or
// types.ErrorStatusNotFound where there is none; key is lower case. Available
// during OnHttpRequestHeaders and, as long as the headers are held
// back, in later request callbacks; and in OnHttpStreamDone.
func GetHttpRequestHeader(key string) (string, error) { return getMapValue(abi.MapRequestHeaders, key) }

// RemoveHttpRequestHeader removes all values of a request header; it is no
// error where there are none. Available as ReplaceHttpRequestHeaders is.
func RemoveHttpRequestHeader(key string) error { return removeMapValue(abi.MapRequestHeaders, key) }

// ReplaceHttpRequestHeader makes value the only one of a request header. CR,
// LF and NUL are refused with types.ErrInvalidHeader. Available as
// ReplaceHttpRequestHeaders is.
func ReplaceHttpRequestHeader(key, value string) error {
	return replaceMapValue(abi.MapRequestHeaders, key, value)
}

// AddHttpRequestHeader adds a value next to those that a request header
// already has. CR, LF and NUL are refused with types.ErrInvalidHeader.
// Available as ReplaceHttpRequestHeaders is.
func AddHttpRequestHeader(key, value string) error {
	return addMapValue(abi.MapRequestHeaders, key, value)
}

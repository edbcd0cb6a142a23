package proxywasm

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// GetHttpResponseHeaders returns all response headers in the host's order, pseudo headers
// such as ":status" included, or types.ErrorStatusNotFound where there are none.
// Available during OnHttpResponseHeaders and, as long as the headers are held
// back, in later response callbacks; and in OnHttpStreamDone.
func GetHttpResponseHeaders() ([][2]string, error) { return getMap(abi.MapResponseHeaders) }

// ReplaceHttpResponseHeaders replaces all response headers. At most 1024 pairs
// and 1 MiB are allowed, else it returns types.ErrTooManyHeaders and the headers
// stay as they are. Available where they can still be changed: during
// OnHttpResponseHeaders, and later as long as they are held back.
func ReplaceHttpResponseHeaders(headers [][2]string) error {
	return setMap(abi.MapResponseHeaders, headers)
}

// GetHttpResponseHeader returns the first value of a response header, or
// types.ErrorStatusNotFound where there is none; key is lower case. Available
// during OnHttpResponseHeaders and, as long as the headers are held
// back, in later response callbacks; and in OnHttpStreamDone.
func GetHttpResponseHeader(key string) (string, error) {
	return getMapValue(abi.MapResponseHeaders, key)
}

// RemoveHttpResponseHeader removes all values of a response header; it is no
// error where there are none. Available as ReplaceHttpResponseHeaders is.
func RemoveHttpResponseHeader(key string) error { return removeMapValue(abi.MapResponseHeaders, key) }

// ReplaceHttpResponseHeader makes value the only one of a response header. CR,
// LF and NUL are refused with types.ErrInvalidHeader. Available as
// ReplaceHttpResponseHeaders is.
func ReplaceHttpResponseHeader(key, value string) error {
	return replaceMapValue(abi.MapResponseHeaders, key, value)
}

// AddHttpResponseHeader adds a value next to those that a response header
// already has. CR, LF and NUL are refused with types.ErrInvalidHeader.
// Available as ReplaceHttpResponseHeaders is.
func AddHttpResponseHeader(key, value string) error {
	return addMapValue(abi.MapResponseHeaders, key, value)
}

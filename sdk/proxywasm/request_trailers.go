package proxywasm

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// GetHttpRequestTrailers returns all request trailers in the host's order, or
// types.ErrorStatusNotFound where there are none.
// Available during OnHttpRequestTrailers.
func GetHttpRequestTrailers() ([][2]string, error) { return getMap(abi.MapRequestTrailers) }

// ReplaceHttpRequestTrailers replaces all request trailers. At most 1024 pairs
// and 1 MiB are allowed, else it returns types.ErrTooManyHeaders and the trailers
// stay as they are. Available where they can still be changed: during
// OnHttpRequestTrailers, and later as long as they are held back.
func ReplaceHttpRequestTrailers(trailers [][2]string) error {
	return setMap(abi.MapRequestTrailers, trailers)
}

// GetHttpRequestTrailer returns the first value of a request trailer, or
// types.ErrorStatusNotFound where there is none; key is lower case. Available
// during OnHttpRequestTrailers.
func GetHttpRequestTrailer(key string) (string, error) {
	return getMapValue(abi.MapRequestTrailers, key)
}

// RemoveHttpRequestTrailer removes all values of a request trailer; it is no
// error where there are none. Available as ReplaceHttpRequestTrailers is.
func RemoveHttpRequestTrailer(key string) error { return removeMapValue(abi.MapRequestTrailers, key) }

// ReplaceHttpRequestTrailer makes value the only one of a request trailer. CR,
// LF and NUL are refused with types.ErrInvalidHeader. Available as
// ReplaceHttpRequestTrailers is.
func ReplaceHttpRequestTrailer(key, value string) error {
	return replaceMapValue(abi.MapRequestTrailers, key, value)
}

// AddHttpRequestTrailer adds a value next to those that a request trailer
// already has. CR, LF and NUL are refused with types.ErrInvalidHeader.
// Available as ReplaceHttpRequestTrailers is.
func AddHttpRequestTrailer(key, value string) error {
	return addMapValue(abi.MapRequestTrailers, key, value)
}

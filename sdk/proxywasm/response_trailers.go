package proxywasm

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// GetHttpResponseTrailers returns all response trailers in the host's order, or
// types.ErrorStatusNotFound where there are none.
// Available during OnHttpResponseTrailers and in OnHttpStreamDone.
func GetHttpResponseTrailers() ([][2]string, error) { return getMap(abi.MapResponseTrailers) }

// ReplaceHttpResponseTrailers replaces all response trailers. At most 1024 pairs
// and 1 MiB are allowed, else it returns types.ErrTooManyHeaders and the trailers
// stay as they are. Available where they can still be changed: during
// OnHttpResponseTrailers, and later as long as they are held back.
func ReplaceHttpResponseTrailers(trailers [][2]string) error {
	return setMap(abi.MapResponseTrailers, trailers)
}

// GetHttpResponseTrailer returns the first value of a response trailer, or
// types.ErrorStatusNotFound where there is none; key is lower case. Available
// during OnHttpResponseTrailers and in OnHttpStreamDone.
func GetHttpResponseTrailer(key string) (string, error) {
	return getMapValue(abi.MapResponseTrailers, key)
}

// RemoveHttpResponseTrailer removes all values of a response trailer; it is no
// error where there are none. Available as ReplaceHttpResponseTrailers is.
func RemoveHttpResponseTrailer(key string) error { return removeMapValue(abi.MapResponseTrailers, key) }

// ReplaceHttpResponseTrailer makes value the only one of a response trailer. CR,
// LF and NUL are refused with types.ErrInvalidHeader. Available as
// ReplaceHttpResponseTrailers is.
func ReplaceHttpResponseTrailer(key, value string) error {
	return replaceMapValue(abi.MapResponseTrailers, key, value)
}

// AddHttpResponseTrailer adds a value next to those that a response trailer
// already has. CR, LF and NUL are refused with types.ErrInvalidHeader.
// Available as ReplaceHttpResponseTrailers is.
func AddHttpResponseTrailer(key, value string) error {
	return addMapValue(abi.MapResponseTrailers, key, value)
}

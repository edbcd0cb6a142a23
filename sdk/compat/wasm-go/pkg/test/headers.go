package test

import "strings"

// HasHeader reports whether there is a header of that name, in any case.
func HasHeader(headers [][2]string, headerName string) bool {
	_, ok := GetHeaderValue(headers, headerName)
	return ok
}

// GetHeaderValue returns the first value of a header and whether there is one.
func GetHeaderValue(headers [][2]string, headerName string) (string, bool) {
	for _, h := range headers {
		if strings.EqualFold(h[0], headerName) {
			return h[1], true
		}
	}
	return "", false
}

// HasHeaderWithValue reports whether the first header of that name has that
// value, in any case.
func HasHeaderWithValue(headers [][2]string, headerName, expectedValue string) bool {
	value, ok := GetHeaderValue(headers, headerName)
	return ok && strings.EqualFold(value, expectedValue)
}

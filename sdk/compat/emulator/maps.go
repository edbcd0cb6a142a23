package emulator

import (
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// headerMap returns the map that calls act on, nil where there is none.
func (h hostcalls) headerMap(m abi.MapType) *[][2]string {
	switch {
	case m == abi.MapHTTPResponseHeaders && h.answer != nil:
		return &h.answer.headers
	case m == abi.MapHTTPResponseTrailers && h.answer != nil:
		return &h.answer.trailers
	}
	s := h.stream()
	if s == nil {
		return nil
	}
	switch m {
	case abi.MapRequestHeaders:
		return &s.request.headers
	case abi.MapRequestTrailers:
		return &s.request.trailers
	case abi.MapResponseHeaders:
		return &s.response.headers
	case abi.MapResponseTrailers:
		return &s.response.trailers
	}
	return nil
}

func indexOf(headers [][2]string, name string) int {
	name = strings.ToLower(name)
	return slices.IndexFunc(headers, func(h [2]string) bool { return h[0] == name })
}

// GetHeaderMapValue implements abi.Host. An empty header is as good as none.
func (h hostcalls) GetHeaderMapValue(m abi.MapType, name string) ([]byte, abi.Status) {
	headers := h.headerMap(m)
	if headers == nil {
		return nil, abi.StatusBadArgument
	}
	i := indexOf(*headers, name)
	if i < 0 {
		return nil, abi.StatusNotFound
	}
	value := strings.TrimSpace((*headers)[i][1])
	if value == "" {
		return nil, abi.StatusNotFound
	}
	return []byte(value), abi.StatusOK
}

// GetHeaderMapPairs implements abi.Host.
func (h hostcalls) GetHeaderMapPairs(m abi.MapType) ([][2]string, abi.Status) {
	headers := h.headerMap(m)
	if headers == nil {
		return nil, abi.StatusBadArgument
	}
	return slices.Clone(*headers), abi.StatusOK
}

// SetHeaderMapPairs implements abi.Host.
func (h hostcalls) SetHeaderMapPairs(m abi.MapType, pairs [][2]string) abi.Status {
	return h.edit(m, func([][2]string) [][2]string { return lowered(pairs) })
}

// AddHeaderMapValue implements abi.Host.
func (h hostcalls) AddHeaderMapValue(m abi.MapType, name, value string) abi.Status {
	return h.edit(m, func(headers [][2]string) [][2]string {
		if i := indexOf(headers, name); i >= 0 {
			headers[i][1] += value
			return headers
		}
		return append(headers, [2]string{strings.ToLower(name), value})
	})
}

// ReplaceHeaderMapValue implements abi.Host.
func (h hostcalls) ReplaceHeaderMapValue(m abi.MapType, name, value string) abi.Status {
	return h.edit(m, func(headers [][2]string) [][2]string {
		if i := indexOf(headers, name); i >= 0 {
			headers[i][1] = value
			return headers
		}
		return append(headers, [2]string{strings.ToLower(name), value})
	})
}

// RemoveHeaderMapValue implements abi.Host: the first one of that name.
func (h hostcalls) RemoveHeaderMapValue(m abi.MapType, name string) abi.Status {
	return h.edit(m, func(headers [][2]string) [][2]string {
		if i := indexOf(headers, name); i >= 0 {
			return slices.Delete(headers, i, i+1)
		}
		return headers
	})
}

func (h hostcalls) edit(m abi.MapType, f func([][2]string) [][2]string) abi.Status {
	headers := h.headerMap(m)
	if headers == nil {
		return abi.StatusBadArgument
	}
	*headers = f(*headers)
	return abi.StatusOK
}

package plugintest

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// maps.go answers for header maps. As on Envoy, a map can only be read and
// changed while its message is in the gateway; the log sees both headers again.

// headerMap returns the map that calls act on, nil where it is not available.
func (h hostcalls) headerMap(m abi.MapType) *Headers {
	if m == abi.MapHTTPResponseHeaders || m == abi.MapHTTPResponseTrailers {
		return h.answerMap(m)
	}
	ex := h.exchange()
	if ex == nil {
		return nil
	}
	found := ex.messageMap(m)
	if *found == nil {
		return nil
	}
	return found
}

func (ex *Exchange) messageMap(m abi.MapType) *Headers {
	switch {
	case ex.logging && m == abi.MapRequestHeaders:
		return &ex.arrived
	case ex.logging && m == abi.MapResponseHeaders:
		return &ex.answered
	case m == abi.MapRequestHeaders:
		return &ex.sides[request].headers
	case m == abi.MapResponseHeaders:
		return &ex.sides[response].headers
	case m == abi.MapRequestTrailers && !ex.logging:
		return ex.sides[request].visibleTrailers()
	case m == abi.MapResponseTrailers && ex.logging:
		return &ex.Client.Trailers
	case m == abi.MapResponseTrailers:
		return ex.sides[response].visibleTrailers()
	}
	return new(Headers)
}

// visibleTrailers are those that were shown, or that the plugin adds.
func (s *side) visibleTrailers() *Headers {
	switch {
	case s.seen:
		return &s.trailers
	case s.opened:
		return &s.added
	}
	return new(Headers)
}

// open lets the plugin add trailers while it sees the end of a body that has
// none.
func (ex *Exchange) open(m abi.MapType) {
	s := &ex.sides[request]
	if m == abi.MapResponseTrailers {
		s = &ex.sides[response]
	}
	trailers := m == abi.MapRequestTrailers || m == abi.MapResponseTrailers
	if trailers && s.inBody && s.ended && !s.opened {
		s.added, s.opened = Headers{}, true
	}
}

// GetHeaderMapValue implements abi.Host.
func (h hostcalls) GetHeaderMapValue(m abi.MapType, name string) ([]byte, abi.Status) {
	headers := h.headerMap(m)
	if headers == nil {
		if ex := h.exchange(); ex != nil && ex.logging {
			return nil, abi.StatusNotFound
		}
		return nil, abi.StatusBadArgument
	}
	value, ok := headers.Lookup(name)
	if !ok {
		return nil, abi.StatusNotFound
	}
	return []byte(value), abi.StatusOK
}

// GetHeaderMapPairs implements abi.Host.
func (h hostcalls) GetHeaderMapPairs(m abi.MapType) ([][2]string, abi.Status) {
	headers := h.headerMap(m)
	if headers == nil {
		return nil, abi.StatusOK // as Envoy
	}
	return append([][2]string(nil), *headers...), abi.StatusOK
}

// AddHeaderMapValue implements abi.Host.
func (h hostcalls) AddHeaderMapValue(m abi.MapType, name, value string) abi.Status {
	return h.change(m, func(headers Headers) Headers { return headers.add(name, value) })
}

// ReplaceHeaderMapValue implements abi.Host.
func (h hostcalls) ReplaceHeaderMapValue(m abi.MapType, name, value string) abi.Status {
	return h.change(m, func(headers Headers) Headers { return headers.replace(name, value) })
}

// RemoveHeaderMapValue implements abi.Host.
func (h hostcalls) RemoveHeaderMapValue(m abi.MapType, name string) abi.Status {
	return h.change(m, func(headers Headers) Headers { return headers.remove(name) })
}

// SetHeaderMapPairs implements abi.Host.
func (h hostcalls) SetHeaderMapPairs(m abi.MapType, pairs [][2]string) abi.Status {
	return h.change(m, func(Headers) Headers { return Headers(pairs).clone() })
}

func (h hostcalls) change(m abi.MapType, f func(Headers) Headers) abi.Status {
	if ex := h.exchange(); ex != nil {
		if ex.logging {
			return abi.StatusBadArgument
		}
		ex.open(m)
	}
	headers := h.headerMap(m)
	if headers == nil || m == abi.MapHTTPResponseHeaders || m == abi.MapHTTPResponseTrailers {
		return abi.StatusBadArgument
	}
	*headers = f(*headers)
	return abi.StatusOK
}

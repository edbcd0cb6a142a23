package plugintest

import (
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
)

func joinPath(path []string) string { return strings.Join(path, ".") }

// GetProperty implements abi.Host: what the plugin set, the test's properties,
// then what the headers tell.
func (h hostcalls) GetProperty(path []string) ([]byte, abi.Status) {
	key, ex := joinPath(path), h.exchange()
	if ex != nil {
		if value, ok := ex.properties[key]; ok {
			return append([]byte(nil), value...), abi.StatusOK
		}
	}
	if value, ok := h.options.Properties[key]; ok {
		return []byte(value), abi.StatusOK
	}
	if ex != nil {
		if value, ok := ex.derived(key); ok {
			return value, abi.StatusOK
		}
	}
	return nil, abi.StatusNotFound
}

// SetProperty implements abi.Host.
func (h hostcalls) SetProperty(path []string, value []byte) abi.Status {
	ex := h.exchange()
	if ex == nil {
		return abi.StatusNotFound
	}
	ex.properties[joinPath(path)] = append([]byte{}, value...)
	return abi.StatusOK
}

// derived returns the properties that come from headers, as the client sent
// them.
func (ex *Exchange) derived(key string) ([]byte, bool) {
	switch key {
	case "request.headers":
		return mem.AppendPairs(nil, ex.arrived), true
	case "response.headers":
		return mem.AppendPairs(nil, ex.answered), ex.answered != nil
	case "response.code":
		code, err := strconv.ParseUint(ex.answered.Get(":status"), 10, 64)
		return binary.LittleEndian.AppendUint64(nil, code), err == nil
	case "request.url_path", "request.query":
		path, query, _ := strings.Cut(ex.arrived.Get(":path"), "?")
		if key == "request.query" {
			return []byte(query), true
		}
		return []byte(path), true
	}
	names := map[string]string{
		"request.path": ":path", "request.method": ":method", "request.host": ":authority",
		"request.scheme": ":scheme", "request.id": "x-request-id", "request.useragent": "user-agent",
		"request.referer": "referer",
	}
	if name, ok := strings.CutPrefix(key, "request.headers."); ok {
		names[key] = name
	}
	name, ok := names[key]
	if !ok {
		return nil, false
	}
	value, ok := ex.arrived.Lookup(name)
	return []byte(value), ok
}

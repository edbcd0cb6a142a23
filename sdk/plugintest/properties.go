package plugintest

import (
	"encoding/binary"
	"net"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
)

func joinPath(path []string) string { return strings.Join(path, ".") }

// GetProperty implements abi.Host: what the plugin set, the test's properties,
// then what the host knows itself.
func (h hostcalls) GetProperty(path []string) ([]byte, abi.Status) {
	key, ex, c := joinPath(path), h.exchange(), h.conns[h.effective]
	inStream := ex != nil || c != nil
	if key == "" || key == "xds" || inStream && isObject(key) {
		return nil, abi.StatusSerialization
	}
	if value, ok := h.own(key); ok {
		return []byte(value), abi.StatusOK
	}
	var value []byte
	ok := false
	switch {
	case ex != nil:
		value, ok = ex.property(key)
	case c != nil:
		value, ok = c.property(key)
	case !ofStream(key):
		value, ok = h.given(key)
	}
	if !ok {
		return nil, abi.StatusNotFound
	}
	return append([]byte(nil), value...), abi.StatusOK
}

// own are the properties of the plugin itself.
func (h hostcalls) own(key string) (value string, ok bool) {
	switch key {
	case "plugin_name":
		value = h.options.Name
	case "plugin_root_id":
		value = h.options.RootID
	case "plugin_vm_id":
		value = h.options.VMID
	default:
		return "", false
	}
	if given, ok := h.options.Properties[key]; ok {
		return given, true
	}
	return value, true
}

// given is one of the test's properties.
func (h *Host) given(key string) ([]byte, bool) {
	value, ok := h.options.Properties[key]
	return []byte(value), ok
}

// isObject reports whether a name stands for attributes without being one.
func isObject(key string) bool {
	switch key {
	case "request", "response", "connection", "source", "destination", "upstream":
		return true
	}
	return false
}

// ofStream reports whether a property exists only in a stream or connection.
func ofStream(key string) bool {
	object, name, _ := strings.Cut(key, ".")
	return isObject(object) || object == "xds" && (name == "route_name" || name == "cluster_name" || name == "virtual_host_name")
}

// SetProperty implements abi.Host.
func (h hostcalls) SetProperty(path []string, value []byte) abi.Status {
	switch ex, c := h.exchange(), h.conns[h.effective]; {
	case ex != nil:
		ex.properties[joinPath(path)] = append([]byte{}, value...)
	case c != nil:
		c.properties[joinPath(path)] = append([]byte{}, value...)
	default:
		return abi.StatusNotFound
	}
	return abi.StatusOK
}

// property answers for an exchange.
func (ex *Exchange) property(key string) ([]byte, bool) {
	if value, ok := ex.properties[key]; ok {
		return value, true
	}
	asked := ex.Upstream.Sent()
	if value, ok := ex.h.given(key); ok {
		return value, asked || !strings.HasPrefix(key, "upstream.")
	}
	if value, ok := ex.h.port(key); ok {
		return value, asked || !strings.HasPrefix(key, "upstream.")
	}
	if key == "upstream.transport_failure_reason" {
		return []byte{}, asked
	}
	if value, ok := ex.requestProperty(key); ok {
		return value, true
	}
	if value, ok := ex.responseProperty(key); ok {
		return value, true
	}
	return general(key, ex.id)
}

// general are the attributes that are the same for exchanges and connections.
func general(key string, id uint32) ([]byte, bool) {
	switch key {
	case "connection.mtls":
		return []byte{0}, true
	case "connection.requested_server_name":
		return []byte{}, true
	case "connection_id":
		return number(int(id)), true
	case "request.total_size", "response.total_size", "response.flags":
		return number(0), true
	}
	return nil, false
}

// port makes source.port of source.address, and so on.
func (h *Host) port(key string) ([]byte, bool) {
	of, ok := strings.CutSuffix(key, ".port")
	if !ok {
		return nil, false
	}
	_, port, err := net.SplitHostPort(h.options.Properties[of+".address"])
	if err != nil {
		return nil, false
	}
	n, err := strconv.Atoi(port)
	return number(n), err == nil
}

func number(n int) []byte { return binary.LittleEndian.AppendUint64(nil, uint64(n)) }

// headersProperty are all headers, each with its values joined.
func headersProperty(h *Headers) []byte {
	var pairs [][2]string
	if h != nil {
		for _, p := range *h {
			if Headers(pairs).Values(p[0]) == nil {
				pairs = append(pairs, [2]string{p[0], strings.Join(h.Values(p[0]), ",")})
			}
		}
	}
	return mem.AppendPairs(nil, pairs)
}

// headerProperty are the values of one header.
func headerProperty(h *Headers, name string) ([]byte, bool) {
	if h == nil {
		return nil, false
	}
	values := h.Values(name)
	return []byte(strings.Join(values, ",")), values != nil
}

package cells

import (
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

func propertyCalls() []Call {
	rows := []Call{
		{Name: "property.get.no_path", Run: func(*Scene) string { return text(proxywasm.GetProperty(nil)) }},
		{Name: "property.get.empty_path", Run: func(*Scene) string { return text(proxywasm.GetProperty([]string{""})) }},
		{Name: "property.map.request.headers", Run: func(*Scene) string { return pairs(proxywasm.GetPropertyMap([]string{"request", "headers"})) }},
		{Name: "property.map.missing", Run: func(*Scene) string { return pairs(proxywasm.GetPropertyMap([]string{"c-none"})) }},
		{Name: "property.set.new", Run: setProperty("v")},
		{Name: "property.set.empty", Run: setProperty("")},
		{Name: "property.set.twice", Run: func(s *Scene) string { return then(setProperty("1")(s), setProperty("2")(s)) }},
		{Name: "property.set.read_only", Run: func(*Scene) string {
			return status(proxywasm.SetProperty([]string{"request", "path"}, []byte("/other")))
		}},
		{Name: "property.set.no_path", Run: func(*Scene) string { return status(proxywasm.SetProperty(nil, nil)) }},
	}
	for _, path := range []string{
		"c-none", "request", "request.none", "request.path", "request.url_path", "request.query", "request.host", "request.scheme",
		"request.method", "request.protocol", "request.referer", "request.useragent", "request.headers.x-c-in",
		"request.headers.x-c-none", "response", "connection", "source", "destination", "xds", "upstream", "response.headers.x-c-up", "response.trailers.x-c-trailer", "response.code_details",
		"response.grpc_status", "plugin_name", "plugin_root_id", "plugin_vm_id", "route_name", "cluster_name", "xds.route_name",
		"xds.cluster_name", "xds.virtual_host_name", "node.id", "connection.requested_server_name", "upstream.transport_failure_reason",
	} {
		rows = append(rows, Call{Name: "property.get." + path, Run: getProperty(path, quote)})
	}
	for _, path := range []string{"request.size", "request.total_size", "request.duration", "request.time", "response.code", "response.flags",
		"response.size", "response.total_size", "source.port", "destination.port", "connection_id", "upstream.port", "listener_direction", "connection.mtls"} {
		rows = append(rows, Call{Name: "property.get." + path, Run: getProperty(path, numbers[path])})
	}
	for _, path := range []string{"request.id", "source.address", "destination.address", "upstream.address"} {
		rows = append(rows, Call{Name: "property.get." + path, Run: getProperty(path, host)})
	}
	return rows
}

// getProperty reads a property, parts of its path separated by dots.
func getProperty(path string, show func([]byte) string) func(*Scene) string {
	return func(*Scene) string {
		value, err := proxywasm.GetProperty(strings.Split(path, "."))
		if err != nil {
			return status(err)
		}
		return "ok " + show(value)
	}
}

func setProperty(value string) func(*Scene) string {
	return func(s *Scene) string {
		path := []string{s.name("property")}
		return then(status(proxywasm.SetProperty(path, []byte(value))), text(proxywasm.GetProperty(path)))
	}
}

func quote(b []byte) string { return strconv.Quote(string(b)) }

// length shows only how long a value is, for those that change.
func length(b []byte) string { return strconv.Itoa(len(b)) + " bytes" }

// decimal shows a number of 8 bytes, or of another size as it is.
func decimal(b []byte) string {
	if len(b) == 8 {
		return strconv.FormatUint(binary.LittleEndian.Uint64(b), 10)
	}
	return strconv.Quote(string(b))
}

// host shows an address without its port, and an id by its length.
func host(b []byte) string {
	if i := strings.LastIndexByte(string(b), ':'); i >= 0 {
		return strconv.Quote(string(b[:i]) + ":port")
	}
	return length(b)
}

// numbers says how properties that are no text are shown.
var numbers = map[string]func([]byte) string{
	"request.size": decimal, "request.total_size": length, "request.duration": length, "request.time": length, "response.code": decimal,
	"response.flags": decimal, "response.size": decimal, "response.total_size": length, "source.port": length, "destination.port": length,
	"connection_id": length, "upstream.port": length, "listener_direction": decimal, "connection.mtls": quote,
}

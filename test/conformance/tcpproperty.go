package conformance

import (
	"encoding/binary"
	"net"
	"strings"

	"github.com/sluiceproxy/sluice/host"
)

// Property implements host.TCPStream with what Envoy's attributes are for a
// connection.
func (s *tcpStream) Property(path []string) ([]byte, bool) {
	name := strings.Join(path, ".")
	if value, ok := s.properties[name]; ok {
		return value, true
	}
	client, server := s.sides[1].to, s.sides[0].to
	switch name {
	case "request.headers":
		return host.AppendPairs(nil, nil), true
	case "request.size":
		return number(s.sides[0].got), true
	case "response.size":
		if s.closed || s.ended {
			return number(s.sides[1].got), true
		}
		return number(0), true
	case "request.total_size", "response.total_size", "response.flags":
		return number(0), true
	case "request.time":
		return number(int(s.began.UnixNano())), true
	case "connection.mtls":
		return []byte{0}, true
	case "connection_id":
		return number(int(s.plugin.ID())), true
	case "connection.requested_server_name", "upstream.transport_failure_reason":
		return []byte{}, true
	case "source.address", "source.port":
		return address(client.RemoteAddr(), path[1])
	case "destination.address", "destination.port":
		return address(client.LocalAddr(), path[1])
	case "upstream.address", "upstream.port":
		value, _ := address(server.RemoteAddr(), path[1])
		return value, s.connected
	case "xds.cluster_name":
		return []byte("tcp"), s.connected
	}
	return nil, false
}

func number(n int) []byte { return binary.LittleEndian.AppendUint64(nil, uint64(n)) }

// address is a whole address or its port.
func address(a net.Addr, part string) ([]byte, bool) {
	if part == "port" {
		return number(portOf(a)), true
	}
	return []byte(a.String()), true
}

// SetProperty implements host.TCPStream.
func (s *tcpStream) SetProperty(path []string, value []byte) bool {
	s.properties[strings.Join(path, ".")] = append([]byte{}, value...)
	return true
}

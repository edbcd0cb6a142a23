package gateway

import (
	"strings"

	"github.com/sluiceproxy/sluice/host"
)

// Property implements host.TCPStream with what Envoy's attributes are for a
// connection.
func (l *tcpLink) Property(path []string) ([]byte, bool) {
	c := l.c
	name := strings.Join(path, ".")
	if value, ok := c.properties[name]; ok {
		return value, true
	}
	switch name {
	case "request.headers":
		return host.AppendPairs(nil, nil), true
	case "request.size":
		return number(c.sides[toUpstream].got), true
	case "response.size":
		if c.closing() || c.over {
			return number(c.sides[toClient].got), true
		}
		return number(0), true
	case "request.total_size", "response.total_size", "response.flags":
		return number(0), true
	case "request.time":
		return number(uint64(c.start.UnixNano())), true
	case "connection.mtls":
		return []byte{0}, true
	case "connection_id":
		return number(c.id), true
	case "connection.requested_server_name", "upstream.transport_failure_reason":
		return []byte{}, true
	case "source.address", "source.port":
		return address(c.client.RemoteAddr().String(), path[1])
	case "destination.address", "destination.port":
		return address(c.client.LocalAddr().String(), path[1])
	case "upstream.address", "upstream.port":
		if c.server != nil {
			return address(c.server.RemoteAddr().String(), path[1])
		}
	case "xds.cluster_name":
		return []byte(c.cluster), c.server != nil
	}
	return nil, false
}

// SetProperty implements host.TCPStream. All plugins of a connection share what
// they set.
func (l *tcpLink) SetProperty(path []string, value []byte) bool {
	l.c.properties[strings.Join(path, ".")] = append([]byte{}, value...)
	return true
}

package gateway

import (
	"encoding/binary"
	"net"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/filter"
)

var _ filter.Info = (*exchange)(nil)

// Property implements filter.Info with the attributes of Envoy, in Envoy's byte
// forms: text as it is, numbers and times (nanoseconds) as 8 bytes little-endian,
// truth as one byte, maps as pairs. Like there, what is made of the request
// headers is found only while the plugin can read them, and route_name and
// cluster_name only below xds.
func (x *exchange) Property(a filter.Asker, path []string) ([]byte, bool) {
	if len(path) == 1 && path[0] == "connection_id" {
		return number(x.conn.id), true
	}
	if len(path) < 2 {
		return nil, false
	}
	rest := path[1:]
	switch path[0] {
	case "request":
		return x.requestProperty(a.RequestHeaders, rest)
	case "response":
		return x.responseProperty(a, rest)
	case "source":
		return address(x.r.RemoteAddr, rest[0])
	case "destination":
		return address(x.localAddress(), rest[0])
	case "connection":
		return x.connectionProperty(rest[0])
	case "upstream":
		return x.upstreamProperty(rest[0])
	case "xds":
		return x.xdsProperty(rest)
	}
	return nil, false
}

// property answers where there is no exchange.
func (g *Gateway) property(path []string) ([]byte, bool) {
	if len(path) == 3 && path[0] == "xds" && path[1] == "node" && path[2] == "id" {
		return []byte(g.o.Node), true
	}
	return nil, false
}

func (x *exchange) requestProperty(h *host.HeaderMap, path []string) ([]byte, bool) {
	x.mu.Lock()
	size := x.reqSize
	x.mu.Unlock()
	switch path[0] {
	case "time":
		return number(uint64(x.start.UnixNano())), true
	case "protocol":
		return []byte(protocol(x.r)), true
	case "size":
		return number(uint64(size)), true
	case "total_size":
		return number(uint64(size) + byteSize(x.headers)), true
	case "duration":
		if x.ended.IsZero() {
			return nil, false
		}
		return number(uint64(x.ended.Sub(x.start))), true
	case "headers":
		return headerProperty(h, path)
	}
	if h == nil {
		return nil, false
	}
	return headerPart(h, path[0])
}

// headerPart are the attributes that are made of request headers.
func headerPart(h *host.HeaderMap, name string) ([]byte, bool) {
	target, _ := h.Get(":path")
	plain, query, _ := strings.Cut(target, "?")
	switch name {
	case "path":
		return present(h.Get(":path"))
	case "url_path":
		return []byte(plain), true
	case "query":
		query, _, _ = strings.Cut(query, "#")
		return []byte(query), true
	case "host":
		return present(h.Get(":authority"))
	case "scheme", "method":
		return present(h.Get(":" + name))
	case "referer":
		return present(h.Get("referer"))
	case "useragent":
		return present(h.Get("user-agent"))
	case "id":
		return present(h.Get("x-request-id"))
	}
	return nil, false
}

func (x *exchange) responseProperty(a filter.Asker, path []string) ([]byte, bool) {
	x.mu.Lock()
	size := x.resSize
	x.mu.Unlock()
	switch path[0] {
	case "headers":
		return headerProperty(a.ResponseHeaders, path)
	case "trailers":
		return headerProperty(a.ResponseTrailers, path)
	case "size":
		return number(uint64(size)), true
	case "total_size":
		return number(uint64(size) + byteSize(a.ResponseHeaders) + byteSize(a.ResponseTrailers)), true
	case "flags":
		return number(0), true
	case "code_details":
		d := x.stream.Details()
		return []byte(d), d != ""
	case "code":
		n := x.code(a.ResponseHeaders)
		return number(uint64(n)), n != 0
	case "grpc_status":
		for _, m := range []*host.HeaderMap{a.ResponseTrailers, a.ResponseHeaders} {
			if m == nil {
				continue
			}
			if v, ok := m.Get("grpc-status"); ok {
				n, err := strconv.ParseUint(v, 10, 64)
				return number(n), err == nil
			}
		}
		n := x.code(a.ResponseHeaders)
		return number(uint64(filter.GRPCStatus(n))), n != 0
	}
	return nil, false
}

// code is the status of the response headers if they can be seen, else the one
// that the client gets; 0 if there is none yet.
func (x *exchange) code(h *host.HeaderMap) int {
	if h != nil {
		v, _ := h.Get(":status")
		if n, err := strconv.Atoi(v); err == nil {
			return n
		}
	}
	return x.status
}

func (x *exchange) connectionProperty(name string) ([]byte, bool) {
	switch name {
	case "id":
		return number(x.conn.id), true
	case "mtls":
		return []byte{0}, true
	case "requested_server_name":
		return []byte{}, true
	}
	return nil, false
}

func (x *exchange) upstreamProperty(name string) ([]byte, bool) {
	x.mu.Lock()
	a, asked := x.address, x.call != nil || x.sent != nil
	x.mu.Unlock()
	switch name {
	case "address", "port":
		return address(a, name)
	case "transport_failure_reason":
		return []byte{}, asked
	case "request_attempt_count":
		if a == "" {
			return number(0), true
		}
		return number(1), true
	}
	return nil, false
}

func (x *exchange) xdsProperty(path []string) ([]byte, bool) {
	if path[0] == "node" {
		return x.g.property([]string{"xds", "node", path[len(path)-1]})
	}
	if path[0] == "listener_direction" {
		return number(0), true
	}
	r := x.currentRoute()
	if r == nil {
		return nil, false
	}
	switch path[0] {
	case "route_name":
		return []byte(r.Name), true
	case "cluster_name":
		return []byte(r.Cluster), true
	case "virtual_host_name":
		return []byte(r.virtualHost()), true
	}
	return nil, false
}

// headerProperty is all fields as pairs, or the values of one joined.
func headerProperty(h *host.HeaderMap, path []string) ([]byte, bool) {
	if len(path) == 1 {
		return host.AppendPairs(nil, joined(h)), true
	}
	if h == nil {
		return nil, false
	}
	v := h.Values(path[1])
	return []byte(strings.Join(v, ",")), v != nil
}

// joined are a map's fields, sorted, each with its values joined.
func joined(h *host.HeaderMap) (pairs [][2]string) {
	if h == nil {
		return nil
	}
	all := append([][2]string(nil), h.Pairs()...)
	sort.SliceStable(all, func(i, j int) bool { return all[i][0] < all[j][0] })
	for _, p := range all {
		if n := len(pairs); n > 0 && pairs[n-1][0] == p[0] {
			pairs[n-1][1] += "," + p[1]
		} else {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

// address is "address" (host:port) or "port" of an address.
func address(a, name string) ([]byte, bool) {
	_, port, err := net.SplitHostPort(a)
	if err != nil {
		return nil, false
	}
	switch name {
	case "address":
		return []byte(a), true
	case "port":
		n, err := strconv.ParseUint(port, 10, 16)
		return number(n), err == nil
	}
	return nil, false
}

func (x *exchange) localAddress() string {
	if a, ok := x.r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		return a.String()
	}
	return ""
}

func present(v string, ok bool) ([]byte, bool) { return []byte(v), ok }

func number(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }

func byteSize(h *host.HeaderMap) uint64 {
	if h == nil {
		return 0
	}
	return uint64(h.ByteSize())
}

// end notes when the exchange ended, for what plugins read in proxy_on_log.
func (x *exchange) end() {
	x.ended = time.Now()
	if x.timer != nil {
		x.timer.Stop()
	}
	x.stream.Close()
}

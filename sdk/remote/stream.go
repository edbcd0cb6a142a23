package remote

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// GetHeaderMapValue implements abi.Host.
func (h host) GetHeaderMapValue(m abi.MapType, name string) ([]byte, abi.Status) {
	return h.ask("proxy_get_header_map_value", number(m), text(name), getBytes).bytes()
}

// AddHeaderMapValue implements abi.Host.
func (h host) AddHeaderMapValue(m abi.MapType, name string, value string) abi.Status {
	return h.ask("proxy_add_header_map_value", number(m), text(name), text(value)).status
}

// ReplaceHeaderMapValue implements abi.Host.
func (h host) ReplaceHeaderMapValue(m abi.MapType, name string, value string) abi.Status {
	return h.ask("proxy_replace_header_map_value", number(m), text(name), text(value)).status
}

// RemoveHeaderMapValue implements abi.Host.
func (h host) RemoveHeaderMapValue(m abi.MapType, name string) abi.Status {
	return h.ask("proxy_remove_header_map_value", number(m), text(name)).status
}

// GetHeaderMapPairs implements abi.Host.
func (h host) GetHeaderMapPairs(m abi.MapType) ([][2]string, abi.Status) {
	return h.ask("proxy_get_header_map_pairs", number(m), getBytes).pairs()
}

// GetHeaderMapBytes returns all headers in the ABI's form; see the function of
// that name in package abi.
func (h host) GetHeaderMapBytes(m abi.MapType) ([]byte, abi.Status) {
	return h.ask("proxy_get_header_map_pairs", number(m), getBytes).bytes()
}

// SetHeaderMapPairs implements abi.Host.
func (h host) SetHeaderMapPairs(m abi.MapType, pairs [][2]string) abi.Status {
	return h.ask("proxy_set_header_map_pairs", number(m), list(pairs)).status
}

// GetBufferBytes implements abi.Host.
func (h host) GetBufferBytes(b abi.BufferType, start int32, size int32) ([]byte, abi.Status) {
	return h.ask("proxy_get_buffer_bytes", number(b), number(start), number(size), getBytes).bytes()
}

// SetBufferBytes implements abi.Host.
func (h host) SetBufferBytes(b abi.BufferType, start int32, size int32, content []byte) abi.Status {
	return h.ask("proxy_set_buffer_bytes", number(b), number(start), number(size), data(content)).status
}

// ContinueStream implements abi.Host.
func (h host) ContinueStream(s abi.StreamType) abi.Status {
	return h.ask("proxy_continue_stream", number(s)).status
}

// CloseStream implements abi.Host.
func (h host) CloseStream(s abi.StreamType) abi.Status {
	return h.ask("proxy_close_stream", number(s)).status
}

// SendLocalResponse implements abi.Host.
func (h host) SendLocalResponse(status uint32, detail string, body []byte, headers [][2]string, grpcStatus int32) abi.Status {
	return h.ask("proxy_send_local_response", number(status), text(detail), data(body), list(headers), number(grpcStatus)).status
}

// HTTPCall implements abi.Host.
func (h host) HTTPCall(cluster string, headers [][2]string, body []byte, trailers [][2]string, timeoutMs uint32) (uint32, abi.Status) {
	return h.ask("proxy_http_call", text(cluster), list(headers), data(body), list(trailers), number(timeoutMs), getUint32).uint32()
}

// RedisInit implements abi.Host.
func (h host) RedisInit(cluster string, username string, password string, timeoutMs uint32) abi.Status {
	return h.ask("proxy_redis_init", text(cluster), text(username), text(password), number(timeoutMs)).status
}

// RedisCall implements abi.Host.
func (h host) RedisCall(cluster string, query []byte) (uint32, abi.Status) {
	return h.ask("proxy_redis_call", text(cluster), data(query), getUint32).uint32()
}

// InjectEncodedData implements abi.Host.
func (h host) InjectEncodedData(content []byte, endStream bool) abi.Status {
	return h.ask("proxy_inject_encoded_data_to_filter_chain", data(content), flag(endStream)).status
}

// GetUpstreamHosts implements abi.Host.
func (h host) GetUpstreamHosts() ([][2]string, abi.Status) {
	return h.ask("proxy_get_upstream_hosts", getBytes).pairs()
}

// SetUpstreamOverrideHost implements abi.Host.
func (h host) SetUpstreamOverrideHost(address []byte) abi.Status {
	return h.ask("proxy_set_upstream_override_host", data(address)).status
}

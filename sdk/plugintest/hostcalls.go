package plugintest

import (
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// hostcalls answers the plugin's calls; it is the abi.Host of a test.
type hostcalls struct{ *Host }

var _ abi.Host = hostcalls{}

// exchange returns the exchange that calls act on, nil for the plugin itself.
func (h hostcalls) exchange() *Exchange { return h.exchanges[h.effective] }

// Log implements abi.Host.
func (h hostcalls) Log(level abi.LogLevel, msg string) abi.Status {
	if uint32(level) >= h.options.LogLevel {
		line := LogLine{Level: uint32(level), Message: msg}
		h.logs = append(h.logs, line)
		h.tb.Log(line)
		if h.options.OnLog != nil {
			h.options.OnLog(line)
		}
	}
	return abi.StatusOK
}

// GetLogLevel implements abi.Host.
func (h hostcalls) GetLogLevel() (abi.LogLevel, abi.Status) {
	return abi.LogLevel(h.options.LogLevel), abi.StatusOK
}

// GetCurrentTime implements abi.Host.
func (h hostcalls) GetCurrentTime() (uint64, abi.Status) {
	now := time.Now
	if h.options.Now != nil {
		now = h.options.Now
	}
	return uint64(now().UnixNano()), abi.StatusOK
}

// SetTickPeriod implements abi.Host.
func (h hostcalls) SetTickPeriod(ms uint32) abi.Status {
	h.tick = ms
	return abi.StatusOK
}

// SetEffectiveContext implements abi.Host.
func (h hostcalls) SetEffectiveContext(id uint32) abi.Status {
	if id != vmContextID && !h.isPlugin(id) && h.exchanges[id] == nil && h.conns[id] == nil {
		return abi.StatusBadArgument
	}
	h.effective = id
	return abi.StatusOK
}

// Done implements abi.Host.
func (h hostcalls) Done() abi.Status {
	h.doneCalls++
	return abi.StatusOK
}

// CallForeignFunction implements abi.Host.
func (h hostcalls) CallForeignFunction(name string, arg []byte) ([]byte, abi.Status) {
	f := h.options.Foreign[name]
	if f == nil {
		return builtin(name, arg)
	}
	result, err := f(append([]byte(nil), arg...))
	if err != nil {
		return nil, abi.StatusInternalFailure
	}
	return result, abi.StatusOK
}

// ContinueStream implements abi.Host. Resuming takes effect when the callback
// returns.
func (h hostcalls) ContinueStream(s abi.StreamType) abi.Status {
	switch ex, c := h.exchange(), h.conns[h.effective]; {
	case s > abi.StreamUpstream:
		return abi.StatusBadArgument
	case s == abi.StreamUpstream:
		return abi.StatusUnimplemented
	case ex != nil && s <= abi.StreamResponse:
		ex.resume[s] = true
	case c != nil && s == abi.StreamDownstream:
		c.resume = true
	}
	return abi.StatusOK
}

// CloseStream implements abi.Host.
func (h hostcalls) CloseStream(s abi.StreamType) abi.Status {
	switch ex, c := h.exchange(), h.conns[h.effective]; {
	case s > abi.StreamUpstream:
		return abi.StatusBadArgument
	case ex != nil && s <= abi.StreamResponse:
		ex.Reset = true
	case c != nil && s == abi.StreamDownstream:
		c.DownstreamClosed = true
	case c != nil && s == abi.StreamUpstream:
		c.UpstreamClosed = true
	}
	return abi.StatusOK
}

// SendLocalResponse implements abi.Host. The first reply wins.
func (h hostcalls) SendLocalResponse(status uint32, detail string, body []byte, headers [][2]string, grpcStatus int32) abi.Status {
	ex := h.exchange()
	if ex == nil || ex.Reply != nil {
		return abi.StatusOK
	}
	ex.newReply = true
	ex.Reply = &Reply{
		Status: status, Detail: detail, Headers: Headers(headers).clone(),
		Body: append([]byte(nil), body...), GRPCStatus: grpcStatus,
	}
	return abi.StatusOK
}

// InjectEncodedData implements abi.Host: data goes to the client at once, after
// headers that are held back; what the body callback is being shown does not.
func (h hostcalls) InjectEncodedData(data []byte, endStream bool) abi.Status {
	ex := h.exchange()
	if ex == nil || ex.answered == nil {
		return abi.StatusBadArgument
	}
	s := &ex.sides[response]
	if s.headers != nil {
		s.out.Headers, s.headers = s.headers, nil
	}
	s.out.Body = append(s.out.Body, data...)
	if endStream {
		s.out.Ended, s.queue = true, nil
	}
	return abi.StatusOK
}

// GetUpstreamHosts implements abi.Host.
func (h hostcalls) GetUpstreamHosts() ([][2]string, abi.Status) {
	return h.options.UpstreamHosts, abi.StatusOK
}

// SetUpstreamOverrideHost implements abi.Host.
func (h hostcalls) SetUpstreamOverrideHost(address []byte) abi.Status {
	ex := h.exchange()
	if ex == nil {
		return abi.StatusBadArgument
	}
	ex.OverrideHost = string(address)
	return abi.StatusOK
}

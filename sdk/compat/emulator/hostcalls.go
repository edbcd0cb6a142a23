package emulator

import (
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// hostcalls answers the plugin.
type hostcalls struct{ *emulator }

var _ abi.Host = hostcalls{}

// stream is the exchange that calls act on, nil outside of one.
func (h hostcalls) stream() *httpStream { return h.streams[h.guest.Active()] }

// GetCurrentTime implements abi.Host.
func (h hostcalls) GetCurrentTime() (uint64, abi.Status) {
	return uint64(time.Now().UnixNano()), abi.StatusOK
}

// SetTickPeriod implements abi.Host.
func (h hostcalls) SetTickPeriod(ms uint32) abi.Status {
	h.tick = ms
	return abi.StatusOK
}

// SetEffectiveContext implements abi.Host.
func (h hostcalls) SetEffectiveContext(id uint32) abi.Status {
	h.guest.SetActive(id)
	return abi.StatusOK
}

// Done implements abi.Host.
func (h hostcalls) Done() abi.Status { return abi.StatusOK }

// CallForeignFunction implements abi.Host.
func (h hostcalls) CallForeignFunction(name string, arg []byte) ([]byte, abi.Status) {
	f := h.foreign[name]
	if f == nil {
		return nil, abi.StatusNotFound
	}
	return f(arg), abi.StatusOK
}

// ContinueStream implements abi.Host.
func (h hostcalls) ContinueStream(abi.StreamType) abi.Status {
	if s := h.stream(); s != nil {
		s.action = types.ActionContinue
	}
	return abi.StatusOK
}

// CloseStream implements abi.Host.
func (h hostcalls) CloseStream(abi.StreamType) abi.Status { return abi.StatusOK }

// SendLocalResponse implements abi.Host. The last one counts.
func (h hostcalls) SendLocalResponse(status uint32, detail string, body []byte, headers [][2]string, grpcStatus int32) abi.Status {
	s := h.stream()
	if s == nil {
		return abi.StatusBadArgument
	}
	s.reply = &LocalHttpResponse{
		StatusCode: status, StatusCodeDetail: detail, Data: append([]byte(nil), body...),
		Headers: lowered(headers), GRPCStatus: grpcStatus,
	}
	return abi.StatusOK
}

// InjectEncodedData implements abi.Host.
func (h hostcalls) InjectEncodedData(data []byte, endStream bool) abi.Status {
	s := h.stream()
	if s == nil {
		return abi.StatusBadArgument
	}
	s.injected = append(s.injected, data...)
	s.injectedAll = s.injectedAll || endStream
	return abi.StatusOK
}

// GetUpstreamHosts implements abi.Host: there are none.
func (h hostcalls) GetUpstreamHosts() ([][2]string, abi.Status) { return nil, abi.StatusOK }

// SetUpstreamOverrideHost implements abi.Host.
func (h hostcalls) SetUpstreamOverrideHost([]byte) abi.Status { return abi.StatusOK }

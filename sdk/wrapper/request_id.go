package wrapper

import (
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

var requestIDPath = []string{"request", "id"}

// requestID is a stream's x-request-id, read when the first line is logged.
type requestID struct {
	value string
	known bool
}

func (s *stream) requestID() string {
	m := s.extra()
	if m.xRequest.known {
		return m.xRequest.value
	}
	value, ok := s.requestHeader("x-request-id")
	if !ok {
		b, err := proxywasm.GetProperty(requestIDPath)
		value, ok = mem.String(b), err == nil
	}
	m.xRequest = requestID{value: value, known: ok || s.phase == uint8(DecodeHeader)}
	return value
}

// logIDs gives the default logger the ids of the current stream, or that of the
// current configuration: a VM can have several.
func logIDs() (pluginID, requestID string) {
	if s := current(); s != nil {
		return s.plugin.id, s.requestID()
	}
	v := dispatch.Current()
	if p, ok := v.PluginContext(v.Active()).(interface{ itself() *plugin }); ok {
		return p.itself().id, ""
	}
	return "", ""
}

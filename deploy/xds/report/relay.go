package report

import (
	"context"

	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"google.golang.org/grpc"
)

// Relay has a gRPC server hand reports of Envoys on to the control plane behind to.
// What it can't be told is lost: it counts fewer requests then.
func Relay(g grpc.ServiceRegistrar, to grpc.ClientConnInterface) {
	accesslogv3.RegisterAccessLogServiceServer(g, &relay{to: accesslogv3.NewAccessLogServiceClient(to)})
}

type relay struct {
	accesslogv3.UnimplementedAccessLogServiceServer
	to accesslogv3.AccessLogServiceClient
}

// StreamAccessLogs hands on until the Envoy ends.
func (r *relay) StreamAccessLogs(from accesslogv3.AccessLogService_StreamAccessLogsServer) error {
	on := handing{r: r, ctx: from.Context()}
	defer on.end()
	for {
		m, err := from.Recv()
		if err != nil {
			return err
		}
		on.send(m)
	}
}

// handing is a stream to the control plane, begun again where it has ended.
type handing struct {
	r      *relay
	ctx    context.Context //nolint:containedctx // that of Envoy's stream
	id     *accesslogv3.StreamAccessLogsMessage_Identifier
	stream accesslogv3.AccessLogService_StreamAccessLogsClient // nil for none
	cancel context.CancelFunc
}

func (h *handing) send(m *accesslogv3.StreamAccessLogsMessage) {
	if m.GetIdentifier() != nil {
		h.id = m.GetIdentifier()
	}
	if h.id.GetLogName() != LogName {
		return
	}
	if h.stream != nil && h.stream.Send(m) == nil {
		return
	}
	h.end()
	ctx, cancel := context.WithCancel(h.ctx)
	stream, err := h.r.to.StreamAccessLogs(ctx)
	if err != nil {
		cancel()
		return
	}
	h.stream, h.cancel = stream, cancel
	m.Identifier = h.id // each stream begins with it
	if stream.Send(m) != nil {
		h.end()
	}
}

func (h *handing) end() {
	if h.stream != nil {
		h.cancel()
		h.stream = nil
	}
}

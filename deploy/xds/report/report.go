// Package report receives what became of the requests for which Envoys have chosen
// between two versions of a plugin: Envoy's access log service, on the connection
// that a control plane has anyway.
package report

import (
	"time"

	dataaccesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/structpb"
)

const (
	// LogName is the name of the access log.
	LogName = "sluice.canary"
	// State is the object in which Envoy notes what was chosen: the version by
	// the name of the filter.
	State = "envoy.extensions.filters.http.composite.matched_actions"
)

// Request is one that has ended.
type Request struct {
	// Versions are the versions that have run, by plugin.
	Versions map[string]string
	// Code is the status of the response, 0 where there was none.
	Code int
	// Took is the time from the first byte of the request to the last of the
	// response.
	Took time.Duration
}

// Register has a gRPC server receive reports. got is called with those of one
// message of one node, from several goroutines.
func Register(g grpc.ServiceRegistrar, got func([]Request)) {
	accesslogv3.RegisterAccessLogServiceServer(g, &service{got: got})
}

type service struct {
	accesslogv3.UnimplementedAccessLogServiceServer
	got func([]Request)
}

// StreamAccessLogs receives until the Envoy ends.
func (s *service) StreamAccessLogs(stream accesslogv3.AccessLogService_StreamAccessLogsServer) error {
	ours := false
	for {
		m, err := stream.Recv()
		if err != nil {
			return err
		}
		if id := m.GetIdentifier(); id != nil {
			ours = id.GetLogName() == LogName
		}
		if requests := read(m); ours && len(requests) > 0 {
			s.got(requests)
		}
	}
}

func read(m *accesslogv3.StreamAccessLogsMessage) (out []Request) {
	for _, e := range m.GetHttpLogs().GetLogEntry() {
		if r := request(e); len(r.Versions) > 0 {
			out = append(out, r)
		}
	}
	return out
}

func request(e *dataaccesslogv3.HTTPAccessLogEntry) Request {
	p := e.GetCommonProperties()
	r := Request{Code: int(e.GetResponse().GetResponseCode().GetValue()), Took: p.GetTimeToLastDownstreamTxByte().AsDuration()}
	if r.Took <= 0 {
		r.Took = p.GetDuration().AsDuration()
	}
	var chosen structpb.Struct
	if p.GetFilterStateObjects()[State].UnmarshalTo(&chosen) != nil {
		return r
	}
	for plugin, v := range chosen.GetFields() {
		if version := v.GetStringValue(); version != "" {
			if r.Versions == nil {
				r.Versions = map[string]string{}
			}
			r.Versions[plugin] = version
		}
	}
	return r
}

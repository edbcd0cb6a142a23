package report

import (
	"context"
	"net"
	"testing"
	"time"

	dataaccesslogv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// listen serves what register says, and returns a connection to it.
func listen(t *testing.T, address string, register func(*grpc.Server)) (conn *grpc.ClientConn, at string, stop func()) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	g := grpc.NewServer()
	register(g)
	go func() { _ = g.Serve(l) }()
	t.Cleanup(g.Stop)
	conn, err = grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn, l.Addr().String(), g.Stop
}

// TestRelay: reports come through, those of other logs don't, and the control plane
// gets the next ones when it is back, on the stream that the Envoy has had all along.
func TestRelay(t *testing.T) {
	codes := make(chan int, 100)
	plane := func(g *grpc.Server) {
		Register(g, func(requests []Request) {
			for _, r := range requests {
				codes <- r.Code
			}
		})
	}
	conn, at, stop := listen(t, "127.0.0.1:0", plane)
	agent, _, _ := listen(t, "127.0.0.1:0", func(g *grpc.Server) { Relay(g, conn) })
	open := func(name string) func(code uint32) {
		s, err := accesslogv3.NewAccessLogServiceClient(agent).StreamAccessLogs(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		id := &accesslogv3.StreamAccessLogsMessage_Identifier{LogName: name}
		return func(code uint32) {
			t.Helper()
			if err := s.Send(message(t, id, code)); err != nil {
				t.Fatal(err)
			}
			id = nil
		}
	}
	ours, other := open(LogName), open("else")
	other(500)
	ours(200)
	ours(503)
	for _, want := range []int{200, 503} {
		if got := <-codes; got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	}
	stop()
	ours(201) // lost, or not: the connection may not know yet
	listen(t, at, plane)
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		ours(204)
		select {
		case got := <-codes:
			if got == 204 {
				return
			}
		default:
		}
		if time.Now().After(end) {
			t.Fatal("the control plane is back, and hears nothing")
		}
	}
}

func message(t *testing.T, id *accesslogv3.StreamAccessLogsMessage_Identifier, code uint32) *accesslogv3.StreamAccessLogsMessage {
	t.Helper()
	chosen, err := structpb.NewStruct(map[string]any{"ns.p": "v1"})
	if err != nil {
		t.Fatal(err)
	}
	state, err := anypb.New(chosen)
	if err != nil {
		t.Fatal(err)
	}
	return &accesslogv3.StreamAccessLogsMessage{Identifier: id, LogEntries: &accesslogv3.StreamAccessLogsMessage_HttpLogs{
		HttpLogs: &accesslogv3.StreamAccessLogsMessage_HTTPAccessLogEntries{LogEntry: []*dataaccesslogv3.HTTPAccessLogEntry{{
			CommonProperties: &dataaccesslogv3.AccessLogCommon{FilterStateObjects: map[string]*anypb.Any{State: state}},
			Response:         &dataaccesslogv3.HTTPResponseProperties{ResponseCode: wrapperspb.UInt32(code)},
		}}},
	}}
}

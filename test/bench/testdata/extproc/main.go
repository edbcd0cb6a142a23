// Command extproc does scenario hello outside of Envoy: it adds a header to
// every request that Envoy asks it about. Its argument is the address to listen
// on.
package main

import (
	"errors"
	"io"
	"log"
	"net"
	"os"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extproc "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	"google.golang.org/grpc"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: extproc ADDRESS")
	}
	l, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	s := grpc.NewServer()
	extproc.RegisterExternalProcessorServer(s, server{})
	log.Fatal(s.Serve(l))
}

type server struct {
	extproc.UnimplementedExternalProcessorServer
}

// hello is the answer to request headers.
var hello = &extproc.ProcessingResponse{Response: &extproc.ProcessingResponse_RequestHeaders{
	RequestHeaders: &extproc.HeadersResponse{Response: &extproc.CommonResponse{HeaderMutation: &extproc.HeaderMutation{
		SetHeaders: []*core.HeaderValueOption{{Header: &core.HeaderValue{Key: "hello", RawValue: []byte("world")}}},
	}}},
}}

// Process implements the service: a stream is a request.
func (server) Process(s extproc.ExternalProcessor_ProcessServer) error {
	for {
		_, err := s.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.Send(hello); err != nil {
			return err
		}
	}
}

package plugintest

import (
	"fmt"
	"strconv"
	"strings"
)

// Reply is an answer that the plugin gave instead of upstream.
type Reply struct {
	// Status is the HTTP status.
	Status uint32
	// Detail is the status detail for the access log.
	Detail string
	// Headers are those that the plugin added.
	Headers Headers
	// Body of the answer.
	Body []byte
	// GRPCStatus is -1 where the plugin left it to the host.
	GRPCStatus int32
}

// replyMessage is what the host makes of the plugin's reply. As on Envoy, a
// client that speaks gRPC gets status and text as headers.
func (ex *Exchange) replyMessage() (Headers, []byte) {
	r := ex.Reply
	if strings.HasPrefix(ex.arrived.Get("content-type"), "application/grpc") {
		return ex.grpcReply(), nil
	}
	headers := Headers{{":status", strconv.Itoa(int(r.Status))}}
	if n := len(r.Body); n > 0 {
		headers = append(headers, [2]string{"content-length", strconv.Itoa(n)})
		if _, own := r.Headers.Lookup("content-type"); !own {
			headers = append(headers, [2]string{"content-type", "text/plain"})
		}
	}
	return append(headers, r.Headers...).clone(), r.Body
}

func (ex *Exchange) grpcReply() Headers {
	r := ex.Reply
	headers := append(Headers{{":status", "200"}}, r.Headers.remove("content-type")...)
	headers = append(headers, [2]string{"content-type", "application/grpc"})
	if _, own := r.Headers.Lookup("grpc-status"); !own {
		code := int(r.GRPCStatus)
		if code < 0 || code > 16 {
			code = grpcStatus(int(r.Status))
		}
		headers = append(headers, [2]string{"grpc-status", strconv.Itoa(code)})
	}
	if len(r.Body) > 0 {
		headers = headers.replace("grpc-message", percentEncode(strings.TrimSuffix(string(r.Body), "\n")))
	}
	return headers.clone()
}

// percentEncode encodes what gRPC does not allow in a message.
func percentEncode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '%' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

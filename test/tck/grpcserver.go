package tck

import (
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/tck/cells"
)

// serveGRPC starts the gRPC server and returns where it listens. It speaks on the
// level of frames, for answers that no gRPC library gives.
func serveGRPC(t testing.TB, address string) string {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(grpcMethod))
	_ = s.Listener.Close()
	s.Listener = listenAt(t, address)
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Start()
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s.Listener.Addr().String()
}

// largeMessage is how long the answer of cells.Large is.
const largeMessage = 100_000

// slowest bounds a call that gets no answer.
const slowest = 3 * time.Second

// frame is a message of gRPC.
func frame(flag byte, message string) string {
	return string(binary.BigEndian.AppendUint32([]byte{flag}, uint32(len(message)))) + message
}

// readFrame reads a message; false at the end.
func readFrame(r io.Reader) (string, bool) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(r, head); err != nil {
		return "", false
	}
	message := make([]byte, min(binary.BigEndian.Uint32(head[1:]), largeMessage))
	_, err := io.ReadFull(r, message)
	return string(message), err == nil
}

// grpcMethod answers a call by its method's name.
func grpcMethod(w http.ResponseWriter, r *http.Request) {
	method := strings.TrimPrefix(r.URL.Path, "/"+cells.GRPCService+"/")
	a := grpcAnswer{w: w, r: r}
	if plain, ok := notGRPC[method]; ok {
		_, _ = readFrame(r.Body)
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(plain)
		_, _ = io.WriteString(w, "<p>")
		return
	}
	w.Header().Set("Content-Type", "application/grpc")
	w.Header().Set("X-C-Initial", "i")
	switch method {
	case cells.Echo:
		for {
			message, ok := readFrame(r.Body)
			if !ok {
				break
			}
			a.send(frame(0, message))
		}
		a.status("0", "")
	case cells.Slow:
		select {
		case <-r.Context().Done():
		case <-time.After(slowest):
		}
	case cells.Early:
		_, _ = readFrame(r.Body)
		a.send(frame(0, "early"))
		a.status("0", "")
	default:
		_, _ = io.Copy(io.Discard, r.Body)
		a.fixed(method)
	}
}

// notGRPC are the methods that answer with a page, of this status.
var notGRPC = map[string]int{cells.HTML: http.StatusOK, cells.HTTP503: http.StatusServiceUnavailable}

// grpcAnswer writes an answer.
type grpcAnswer struct {
	w http.ResponseWriter
	r *http.Request
}

// send sends bytes at once.
func (a grpcAnswer) send(b string) {
	_, _ = io.WriteString(a.w, b)
	_ = http.NewResponseController(a.w).Flush()
}

// status ends the answer, in trailers.
func (a grpcAnswer) status(code, message string) {
	_ = http.NewResponseController(a.w).Flush()
	a.w.Header().Set(http.TrailerPrefix+"Grpc-Status", code)
	if message != "" {
		a.w.Header().Set(http.TrailerPrefix+"Grpc-Message", message)
	}
	a.w.Header().Set(http.TrailerPrefix+"X-C-Trailer", "t")
}

// only ends the answer with headers alone.
func (a grpcAnswer) only(code, message string) {
	a.w.Header().Set("Grpc-Status", code)
	if message != "" {
		a.w.Header().Set("Grpc-Message", message)
	}
}

// fixed answers what does not depend on the messages.
func (a grpcAnswer) fixed(method string) {
	switch method {
	case cells.EchoHeader:
		a.send(frame(0, a.r.Header.Get("x-c-new")))
		a.status("0", "")
	case cells.Large:
		a.send(frame(0, strings.Repeat("x", largeMessage)))
		a.status("0", "")
	case cells.NoMessage:
		a.status("0", "")
	case cells.Two:
		a.send(frame(0, "one") + frame(0, "two"))
		a.status("0", "")
	case cells.Denied:
		a.only("7", "no way")
	case cells.Late:
		a.send(frame(0, "one"))
		a.status("9", "too late")
	case cells.Unknown:
		a.only("99", "what")
	case cells.Percent:
		a.only("5", "caf%C3%A9 %")
	case cells.NoStatus:
		a.send(frame(0, "one"))
	case cells.Cut:
		a.send(frame(0, "hello")[:7])
		a.status("0", "")
	case cells.Compressed:
		a.send(frame(1, "hello"))
		a.status("0", "")
	case cells.Reset:
		a.send(frame(0, "one"))
		panic(http.ErrAbortHandler)
	default:
		a.only("12", "no such method")
	}
}

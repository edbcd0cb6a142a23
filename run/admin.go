package run

import (
	"net"
	"net/http"
	"time"
)

// DefaultAdmin is where an engine's admin endpoint listens: Envoy's usual port,
// for this machine only.
const DefaultAdmin = "127.0.0.1:9901"

// adminServer is the embedded engine's admin endpoint; nil is none.
type adminServer struct {
	socket net.Listener
	server *http.Server
}

// listenAdmin takes the address, so that one in use is known before anything is
// compiled. Who asks before serve waits.
func listenAdmin(addr string) (*adminServer, error) {
	switch addr {
	case "off":
		return nil, nil
	case "":
		addr = DefaultAdmin
	}
	l, err := listen(addr, "--admin")
	if err != nil {
		return nil, err
	}
	return &adminServer{socket: l}, nil
}

// serve answers until close.
func (a *adminServer) serve(h http.Handler) {
	if a == nil {
		return
	}
	a.server = &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
	go func() { _ = a.server.Serve(a.socket) }() // ends with close
}

// url is the endpoint's root, empty if there is none.
func (a *adminServer) url() string {
	if a == nil {
		return ""
	}
	return localURL(a.socket.Addr().String())
}

func (a *adminServer) close() {
	if a == nil {
		return
	}
	if a.server != nil {
		_ = a.server.Close()
	}
	_ = a.socket.Close() // a second time, where the server has
}

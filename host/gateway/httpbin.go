package gateway

import (
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/mccutchen/go-httpbin/v2/httpbin"
)

// HTTPBin returns go-httpbin, the upstream that echoes what it was sent.
func HTTPBin() http.Handler {
	return httpbin.New(httpbin.WithMaxBodySize(16<<20), httpbin.WithMaxDuration(time.Minute)).Handler()
}

// ServeHTTPBin serves HTTPBin on l, over HTTP/1.1 and h2c, until l is closed;
// it returns nil then.
func ServeHTTPBin(l net.Listener) error {
	s := &http.Server{Handler: HTTPBin(), Protocols: protocols(), ReadHeaderTimeout: time.Minute}
	if err := s.Serve(l); !errors.Is(err, net.ErrClosed) && !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

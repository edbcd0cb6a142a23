package serve

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// guard keeps web pages away from an endpoint that asks nobody who he is: those that
// have a name of their own lead to this machine, which the Host header shows, and
// those that send a form, which Origin and Sec-Fetch-Site show. The first is looked
// at on loopback addresses only; an endpoint for others may have any name.
func guard(h http.Handler, at net.Addr) http.Handler {
	here := isLoopback(at)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case here && !isLocalName(r.Host):
			http.Error(w, "this endpoint is reached as localhost, or by an IP address, and not by another name", http.StatusForbidden)
		case r.Method != http.MethodGet && r.Method != http.MethodHead && isFromPage(r):
			http.Error(w, "web pages decide nothing here; use \"sluice\" or curl", http.StatusForbidden)
		default:
			h.ServeHTTP(w, r)
		}
	})
}

func isLoopback(at net.Addr) bool {
	tcp, ok := at.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// isLocalName reports whether a Host header names no other machine's zone.
func isLocalName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// isFromPage reports whether a browser says that a page has sent a request.
func isFromPage(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return r.Header.Get("Origin") != "" || site != "" && site != "none"
}

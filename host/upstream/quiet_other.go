//go:build !unix

package upstream

import "net"

// canCheck says that quiet can tell: here it can't, and http.Transport, whose
// goroutines see when a connection is closed, sends all requests.
const canCheck = false

func quiet(net.Conn) bool { return false }

//go:build unix

package upstream

import (
	"errors"
	"net"
	"syscall"
)

// canCheck says that quiet can tell.
const canCheck = true

// quiet reports that an idle connection is open and that nothing has come in,
// without waiting.
func quiet(c net.Conn) bool {
	sc, ok := c.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return false
	}
	ok = false
	err = raw.Read(func(fd uintptr) bool {
		var b [1]byte
		n, err := syscall.Read(int(fd), b[:])
		ok = n < 0 && (errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EWOULDBLOCK))
		return true
	})
	return ok && err == nil
}

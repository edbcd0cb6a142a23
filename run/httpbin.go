package run

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"github.com/sluiceproxy/sluice/host/gateway"
)

// listen opens an address; flag is what a user would change if it is taken.
func listen(addr, flag string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err == nil {
		return l, nil
	}
	const windowsInUse = syscall.Errno(10048)
	if errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windowsInUse) {
		_, port, _ := net.SplitHostPort(addr)
		return nil, fmt.Errorf("port %s is in use (%s): stop what listens there, or use %s to choose another address", port, addr, flag)
	}
	var op *net.OpError
	if errors.As(err, &op) {
		err = op.Err
	}
	return nil, fmt.Errorf("cannot listen on %s: %w; use %s to choose another address", addr, err, flag)
}

// checkFree reports whether an engine could listen on an address.
func checkFree(addr, flag string) error {
	l, err := listen(addr, flag)
	if err != nil {
		return err
	}
	return l.Close()
}

// startHTTPBin serves httpbin until the listener is closed; it is nil for "off".
func startHTTPBin(addr string) (net.Listener, error) {
	if addr == "off" {
		return nil, nil
	}
	l, err := listen(addr, "--httpbin")
	if err != nil {
		return nil, err
	}
	go func() { _ = gateway.ServeHTTPBin(l) }() // ends with the listener
	return l, nil
}

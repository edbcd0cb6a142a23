package agent

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/deliver/prepare"
)

// Defaults of Options.
const (
	// DefaultListen is where Envoy connects.
	DefaultListen = "127.0.0.1:18001"
	// DefaultPatience is how long the control plane waits for a module.
	DefaultPatience = 10 * time.Second
	// DefaultRetry and DefaultMaxRetry are the pauses between two attempts to get a
	// module.
	DefaultRetry    = time.Second
	DefaultMaxRetry = time.Minute
	// DefaultReconnect and DefaultMaxReconnect are the pauses between two attempts to
	// reach the control plane.
	DefaultReconnect    = 500 * time.Millisecond
	DefaultMaxReconnect = 15 * time.Second
	// DefaultPrune is how often files of modules that nobody uses are removed.
	DefaultPrune = 10 * time.Minute
	// DefaultForget is how long an Envoy may be away before what it had is forgotten.
	DefaultForget = 30 * 24 * time.Hour
)

// ErrListen is in the error about an address that isn't of this machine alone.
var ErrListen = errors.New("not an address of this machine alone")

// Options say what an agent does. Server and Prepare.Dir are required.
type Options struct {
	// Server is the control plane's address, HOST:PORT.
	Server string
	// TLS says how it is reached. Default: without TLS.
	TLS *tls.Config
	// Listen is where Envoy connects: a loopback address, or unix:PATH. Default
	// DefaultListen.
	Listen string
	// Dir keeps what Envoy has accepted. Default: state in Prepare.Dir.
	Dir string
	// Prepare says how modules are got, and where they are put: Envoy reads them
	// there, under the same path.
	Prepare prepare.Options
	// Patience is how long an update of the control plane may wait for its modules.
	// After that it is told that they are not there yet, so that it can send another
	// one. Default DefaultPatience.
	Patience time.Duration
	// Retry and MaxRetry are the shortest and the longest pause before a module is
	// tried again; Reconnect and MaxReconnect the same for the control plane. The
	// pauses double. Defaults as above.
	Retry, MaxRetry         time.Duration
	Reconnect, MaxReconnect time.Duration
	// Prune is how often modules that nobody uses are removed. Default DefaultPrune.
	Prune time.Duration
	// Forget is how long what an Envoy has accepted is kept after it was connected
	// last: an Envoy may have another node.id each time it starts. Default
	// DefaultForget.
	Forget time.Duration
	// OnEvent is told what happens, from several goroutines at once. Default: nobody.
	OnEvent func(Event)
}

// complete puts defaults into o.
func (o *Options) complete() error {
	if o.Server == "" {
		return errors.New("no address of a control plane")
	}
	if o.Prepare.Dir == "" {
		return errors.New("no directory for modules")
	}
	if o.Listen == "" {
		o.Listen = DefaultListen
	}
	for _, d := range []struct {
		to *time.Duration
		is time.Duration
	}{
		{&o.Patience, DefaultPatience}, {&o.Retry, DefaultRetry}, {&o.MaxRetry, DefaultMaxRetry},
		{&o.Reconnect, DefaultReconnect}, {&o.MaxReconnect, DefaultMaxReconnect}, {&o.Prune, DefaultPrune},
		{&o.Forget, DefaultForget},
	} {
		if *d.to == 0 {
			*d.to = d.is
		}
	}
	if o.OnEvent == nil {
		o.OnEvent = func(Event) {}
	}
	o.Prepare.NoTrial = true // the control plane has tried it
	return CheckListen(o.Listen)
}

// CheckListen says why an address can't be one for Envoy: whoever connects there is
// sent the configuration, secrets and all. The error is around ErrListen.
func CheckListen(address string) error {
	if path, ok := strings.CutPrefix(address, unixPrefix); ok {
		if path == "" {
			return fmt.Errorf("%w: %q has no path", ErrListen, address)
		}
		return nil
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrListen, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%w: %q; want a loopback address or unix:PATH", ErrListen, address)
	}
	return nil
}

const unixPrefix = "unix:"

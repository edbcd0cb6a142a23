package serve

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/sluiceproxy/sluice/deliver/prepare"
)

// Defaults of Options.
const (
	DefaultListen = "127.0.0.1:18000"
	DefaultAdmin  = "127.0.0.1:18001"
)

// DefaultState is a directory in the user's cache for the state of a directory of
// resources: each has its own.
func DefaultState(dir string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no directory for the state: %w", err)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(abs))
	return filepath.Join(cache, "sluice", "serve", hex.EncodeToString(sum[:8])), nil
}

// Off is an address at which nothing listens.
const Off = "off"

// DefaultRoots are the namespaces whose plugins run on the nodes of all others.
func DefaultRoots() []string { return []string{"istio-system", "higress-system"} }

// Options say what to serve, and to whom.
type Options struct {
	// Dir has the resources. Required.
	Dir string
	// Gateway is an Envoy configuration whose listeners and clusters are sent,
	// with the plugins in them. Without one the Envoys have their own, which name
	// the plugins.
	Gateway string
	// Out is a directory to write for Envoys that read files. Default: none.
	Out string
	// Listen is the address for Envoys. Default [DefaultListen]; [Off] for none.
	Listen string
	// TLS is for Envoys. Default: plain text.
	TLS *tls.Config
	// Admin is the address of status and metrics. Default [DefaultAdmin]; [Off]
	// for none.
	Admin string
	// State is a directory of this process's own, for what was good and what was
	// refused. Required.
	State string
	// Roots are the namespaces whose plugins run on the nodes of all namespaces.
	// Default [DefaultRoots].
	Roots []string
	// Prepare says how modules are got. Its Dir is where Envoys read modules;
	// default: modules below State, or below Out. Its Target is stock Envoy, if it
	// has none.
	Prepare prepare.Options
	// Refresh is how often images are asked for again whose policy is Always, or
	// whose tag is latest. Default: only when their resource changes.
	Refresh time.Duration
	// OnEvent is told what happens, one event at a time. It may be nil.
	OnEvent func(Event)
}

func (o Options) withDefaults() Options {
	if o.Listen == "" {
		o.Listen = DefaultListen
	}
	if o.Admin == "" {
		o.Admin = DefaultAdmin
	}
	if o.Roots == nil {
		o.Roots = DefaultRoots()
	}
	if o.OnEvent == nil {
		o.OnEvent = func(Event) {}
	}
	return o
}

// ErrOptions is in the error about options that don't go together.
var ErrOptions = errors.New("serve")

func (o Options) check() error {
	switch {
	case o.Dir == "":
		return errors.Join(ErrOptions, errors.New("no directory of resources"))
	case o.State == "":
		return errors.Join(ErrOptions, errors.New("no directory for the state"))
	case o.Listen == Off && o.Out == "":
		return errors.Join(ErrOptions, errors.New("neither an address for Envoys nor a directory to write files to"))
	}
	return nil
}

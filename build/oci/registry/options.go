package registry

import (
	"time"

	"oras.land/oras-go/v2/registry/remote/auth"
)

// Options say how a registry is reached. The zero value is HTTPS with the
// system's certificates, the credentials of the docker command, and the proxy
// that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name.
type Options struct {
	// PlainHTTP speaks HTTP and not HTTPS.
	PlainHTTP bool
	// CAFile is a file of PEM certificates to trust besides the system's.
	CAFile string
	// AuthHosts are hosts, besides the registry's own, that may ask for its
	// credentials to make a token of them. Those of Docker Hub and GitLab.com
	// are known.
	AuthHosts []string
	// Credential looks up the credential of a registry. Default: config.json of
	// the docker command ($DOCKER_CONFIG, ~/.docker) and its helpers.
	Credential auth.CredentialFunc
	// Stall ends a connection on which nothing moves for so long. Default one
	// minute.
	Stall time.Duration
	// Attempts bounds how often a request is sent. Default 5.
	Attempts int
	// MaxWait bounds the pause between two attempts, also the one that a
	// registry asks for with Retry-After. Default 30 seconds.
	MaxWait time.Duration
}

func (o Options) withDefaults() Options {
	if o.Stall <= 0 {
		o.Stall = time.Minute
	}
	if o.Attempts <= 0 {
		o.Attempts = 5
	}
	if o.MaxWait <= 0 {
		o.MaxWait = 30 * time.Second
	}
	return o
}

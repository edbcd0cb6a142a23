package jwks

import (
	"errors"
	"strings"
	"time"
)

// Config says where a key set is.
type Config struct {
	// ServiceName and ServicePort are the gateway's name for the service.
	ServiceName string `json:"service_name" required:"true" minLength:"1" description:"The service that publishes the keys, such as keycloak.dns or keycloak.default.svc.cluster.local." example:"keycloak.dns"`
	ServicePort int    `json:"service_port" default:"80" min:"1" max:"65535" description:"The service's port."`
	// ServiceHost is the :authority of the request.
	ServiceHost string `json:"service_host" description:"The Host header of the request for the keys. Without it the service's name."`
	// Path is the path of the key set, with its query.
	Path string `json:"path" default:"/.well-known/jwks.json" description:"The path of the key set."`
	// Timeout is how long a request may wait for the keys.
	Timeout time.Duration `json:"timeout" unit:"ms" default:"1s" min:"10ms" max:"30s" description:"How long a request may wait for the keys. A number is in milliseconds."`
	// CacheDuration is the age at which keys are fetched again.
	CacheDuration time.Duration `json:"cache_duration" default:"5m" min:"1s" max:"24h" description:"The age at which keys are fetched again."`
	// MaxStale is the age at which keys are no longer used.
	MaxStale time.Duration `json:"max_stale" default:"24h" min:"1s" max:"720h" description:"The age at which keys are no longer used, when the service can't be reached."`
	// RefetchInterval is the least time between two fetches.
	RefetchInterval time.Duration `json:"refetch_interval" default:"10s" min:"100ms" max:"1h" description:"The least time between two fetches, also for tokens with unknown keys."`
}

// Validate implements config.Validator.
func (c *Config) Validate() error {
	if !strings.HasPrefix(c.Path, "/") {
		return errors.New("path: must begin with /")
	}
	if c.MaxStale < c.CacheDuration {
		return errors.New("max_stale: must not be below cache_duration")
	}
	return nil
}

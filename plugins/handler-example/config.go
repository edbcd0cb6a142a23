package main

import (
	"crypto/subtle"
	"fmt"
	"os"
	"reflect"

	"github.com/sluiceproxy/sluice/sdk/config"
)

// Config is the plugin's configuration.
type Config struct {
	AllowedOrigins []string `json:"allowed_origins" default:"*" description:"Origins that may read answers in a browser; * is all of them."`
	RateLimit      int      `json:"rate_limit" default:"100" min:"1" description:"Requests that a client may send in a minute."`
	AuthHeader     string   `json:"auth_header" default:"X-API-Key" minLength:"1" description:"Header with the client's key."`
	APIKeys        []string `json:"api_keys" secret:"true" description:"Keys that are accepted; without them any key is."`
	Debug          bool     `json:"debug" description:"Show upstream's errors to clients."`
}

// environment names the variable with a configuration.
const environment = "EXAMPLE_PLUGIN_CONFIG"

// orEnvironment returns the environment's configuration where c says nothing.
func (c Config) orEnvironment() (Config, error) {
	text := os.Getenv(environment)
	if none, err := config.Parse[Config](nil); err != nil || text == "" || !reflect.DeepEqual(c, none) {
		return c, err
	}
	c, err := config.Parse[Config]([]byte(text))
	if err != nil {
		return c, fmt.Errorf("%s: %w", environment, err)
	}
	return c, nil
}

// accepts reports whether a client's key is good.
func (c Config) accepts(key string) bool {
	if len(c.APIKeys) == 0 {
		return key != ""
	}
	good := 0
	for _, k := range c.APIKeys {
		good |= subtle.ConstantTimeCompare([]byte(k), []byte(key))
	}
	return good == 1
}

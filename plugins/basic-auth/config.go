package main

import (
	"errors"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/consumer"
	"github.com/sluiceproxy/sluice/plugins/internal/fault"
	"github.com/sluiceproxy/sluice/plugins/internal/loose"
)

// Config is the plugin's configuration, or a rule on top of it.
type Config struct {
	consumer.Auth
	Consumers       []Consumer `json:"consumers" required:"true" minItems:"1" description:"Who may send requests."`
	HideCredentials bool       `json:"hide_credentials" description:"Take the header Authorization off before the request goes upstream."`
	Realm           string     `json:"realm" default:"MSE Gateway" minLength:"1" description:"The realm that refused clients are told, in WWW-Authenticate."`

	users     *users
	challenge string
}

// Consumer is somebody with a password.
type Consumer struct {
	Name       loose.Text `json:"name" required:"true" description:"The name that upstream sees in X-Mse-Consumer."`
	Credential string     `json:"credential" required:"true" secret:"true" minLength:"1" example:"admin:123456" description:"user:password. The password is in clear, or sha256: and its SHA-256 in hexadecimal, or a bcrypt hash ($2a$, $2b$ or $2y$) of cost 4 to 10."`
}

// Validate makes the table of users.
func (c *Config) Validate() error {
	if err := c.Prepare(); err != nil {
		return err
	}
	if strings.ContainsFunc(c.Realm, func(r rune) bool { return r < ' ' || r == 0x7f || r == '"' || r == '\\' }) {
		return errors.New("realm: must not have quotes, backslashes and control characters")
	}
	c.challenge = `Basic realm="` + c.Realm + `", charset="UTF-8"`
	if c.users != nil && consumer.Same(c.users.of, c.Consumers) {
		return nil
	}
	c.users = &users{of: c.Consumers}
	for i, who := range c.Consumers {
		if err := c.users.add(who); err != nil {
			return fault.At("consumers", i, err)
		}
	}
	return nil
}

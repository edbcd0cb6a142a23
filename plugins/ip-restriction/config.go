package main

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"

	"github.com/sluiceproxy/sluice/plugins/internal/cidr"
	"github.com/sluiceproxy/sluice/plugins/internal/clientip"
	"github.com/sluiceproxy/sluice/plugins/internal/fault"
)

// Config is the plugin's configuration, or a rule's.
type Config struct {
	IPSourceType string   `json:"ip_source_type" default:"origin-source" enum:"origin-source,header" description:"Where the address is taken from: origin-source is the gateway's connection, header a request header."`
	IPHeaderName string   `json:"ip_header_name" default:"X-Forwarded-For" minLength:"1" description:"The header, where ip_source_type is header."`
	TrustedHops  int      `json:"trusted_hops" min:"0" max:"100" description:"Which address of the header counts, from the right; 1 is the last. 0 is the first from the left, which clients can choose."`
	Allow        []string `json:"allow" example:"10.0.0.1,192.168.0.0/16" description:"Addresses and networks that may pass, and no others."`
	Deny         []string `json:"deny" description:"Addresses and networks that may not pass; all others may. Either allow or deny is needed."`
	Status       uint32   `json:"status" default:"403" min:"200" max:"599" description:"Status of the answer to those that may not."`
	Message      string   `json:"message" default:"Your IP address is blocked." description:"The message in that answer, which is JSON."`

	source   clientip.Source
	networks cidr.Table[struct{}]
	allowing bool
	body     string
}

const defaultMessage = "Your IP address is blocked."

// Validate makes the table of networks.
func (c *Config) Validate() error {
	if len(c.Allow) > 0 && len(c.Deny) > 0 {
		return errors.New("allow and deny cannot be set at the same time")
	}
	if len(c.Allow)+len(c.Deny) == 0 {
		return errors.New("allow and deny cannot be empty at the same time")
	}
	c.allowing = len(c.Allow) > 0
	c.networks = cidr.Table[struct{}]{}
	if err := errors.Join(c.list("allow", c.Allow), c.list("deny", c.Deny)); err != nil {
		return err
	}
	if c.source = clientip.Connection(); c.IPSourceType == "header" {
		c.source = clientip.FromHeader(c.IPHeaderName, c.TrustedHops)
	} else if c.TrustedHops > 0 {
		return errors.New("trusted_hops: is for ip_source_type header")
	}
	if c.Message == "" {
		c.Message = defaultMessage
	}
	c.body = string(append(jsonscan.AppendQuoted([]byte(`{"message":`), c.Message), '}'))
	return nil
}

func (c *Config) list(key string, texts []string) error {
	for i, text := range texts {
		network, err := cidr.Parse(text)
		if err != nil {
			return fault.At(key, i, err)
		}
		c.networks.Add(network, struct{}{})
	}
	return nil
}

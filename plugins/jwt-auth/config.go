package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/log"

	"github.com/sluiceproxy/sluice/plugins/internal/consumer"
	"github.com/sluiceproxy/sluice/plugins/internal/jose"
	"github.com/sluiceproxy/sluice/plugins/internal/jwks"
)

// Config is the plugin's configuration, global or a rule's.
type Config struct {
	consumer.Auth
	Consumers []Consumer `json:"consumers" required:"true" minItems:"1" description:"Who may send requests."`

	// claimHeaders are those of all consumers, in lower case: also of those that
	// only a rule has, for a header that some requests may believe none may send.
	claimHeaders map[string]bool
	cache        *jose.Cache // rules share it
	tokenHeaders []string    // those that may hold a token of any consumer
}

// Consumer is one caller, and how its tokens are found and verified.
type Consumer struct {
	Name             string            `json:"name" required:"true" minLength:"1" description:"The consumer's name, which upstream gets as X-Mse-Consumer." example:"consumer1"`
	JWKS             string            `json:"jwks" secret:"true" description:"A JSON Web Key Set (RFC 7517) as text: the keys that verify the tokens. One of jwks and remote_jwks is needed."`
	RemoteJWKS       *jwks.Config      `json:"remote_jwks" description:"Where the key set is fetched, instead of jwks."`
	Issuer           string            `json:"issuer" description:"What the claim iss must be. Without it any issuer will do." example:"abcd"`
	Audiences        []string          `json:"audiences" minLength:"1" description:"The claim aud must have one of these. Without it aud is not looked at."`
	Claims           map[string]string `json:"claims" description:"Other claims that must have these values."`
	RequireExp       bool              `json:"require_exp" description:"Refuse tokens that never expire: those without exp."`
	ClaimsToHeaders  []ClaimToHeader   `json:"claims_to_headers" description:"Claims that upstream gets as request headers."`
	FromHeaders      []FromHeader      `json:"from_headers" description:"Request headers that may hold the token. Without from_headers, from_params and from_cookies these are Authorization with Bearer, and the parameter access_token."`
	FromParams       []string          `json:"from_params" minLength:"1" description:"Parameters of the query that may hold the token."`
	FromCookies      []string          `json:"from_cookies" minLength:"1" description:"Cookies that may hold the token."`
	ClockSkewSeconds int               `json:"clock_skew_seconds" default:"60" min:"0" max:"86400" description:"Seconds by which clocks may differ, for exp, nbf and iat."`
	KeepToken        bool              `json:"keep_token" default:"true" description:"Whether upstream gets the token."`

	keys   *jose.Set    // of JWKS
	source *jwks.Source // of RemoteJWKS
}

// ClaimToHeader is a claim that upstream gets as a request header.
type ClaimToHeader struct {
	Claim    string `json:"claim" required:"true" minLength:"1" description:"The claim's name. Texts are written as they are, anything else as JSON." example:"sub"`
	Header   string `json:"header" required:"true" minLength:"1" description:"The header's name. What the client sends under this name is removed, whoever it is." example:"x-user"`
	Override bool   `json:"override" default:"true" description:"Replace what another claim has written into the header; false adds a line."`
}

// FromHeader is a request header that may hold the token.
type FromHeader struct {
	Name        string `json:"name" required:"true" minLength:"1" description:"The header's name." example:"Authorization"`
	ValuePrefix string `json:"value_prefix" description:"What stands before the token. If it ends in a space its case does not count, as with all schemes of Authorization." example:"Bearer "`
}

// Validate implements config.Validator.
func (c *Config) Validate() error {
	if err := c.Prepare(); err != nil {
		return err
	}
	names := map[string]bool{}
	if c.claimHeaders == nil {
		c.claimHeaders = map[string]bool{} // rules share it
		c.cache = jose.NewCache(cacheBytes)
	}
	c.tokenHeaders = nil
	for i := range c.Consumers {
		one := &c.Consumers[i]
		if names[one.Name] {
			return fmt.Errorf("consumers[%d]: a second consumer with the name %s", i, one.Name)
		}
		names[one.Name] = true
		for _, h := range one.ClaimsToHeaders {
			c.claimHeaders[strings.ToLower(h.Header)] = true
		}
		for _, h := range one.FromHeaders {
			if name := strings.ToLower(h.Name); !slices.Contains(c.tokenHeaders, name) {
				c.tokenHeaders = append(c.tokenHeaders, name)
			}
		}
	}
	return nil
}

// Validate implements config.Validator. The keys are read here, once.
func (c *Consumer) Validate() error {
	if (c.JWKS == "") == (c.RemoteJWKS == nil) {
		return errors.New("one of jwks and remote_jwks is needed, and not both")
	}
	if !isText(c.Name) {
		return errors.New("name: can't be written into a header")
	}
	if len(c.FromHeaders)+len(c.FromParams)+len(c.FromCookies) == 0 {
		c.FromHeaders = []FromHeader{{Name: "Authorization", ValuePrefix: "Bearer "}}
		c.FromParams = []string{"access_token"}
	}
	if c.RemoteJWKS != nil {
		c.source = jwks.New(*c.RemoteJWKS)
		return nil
	}
	set, err := jose.ParseSet([]byte(c.JWKS))
	if err != nil {
		return fmt.Errorf("jwks: %w", err)
	}
	c.keys = set
	for _, why := range set.Ignored {
		log.Warnf("consumer %s: jwks: %s is not used", c.Name, why)
	}
	return nil
}

// Validate implements config.Validator.
func (c *ClaimToHeader) Validate() error {
	name := strings.ToLower(c.Header)
	if !isToken(name) {
		return errors.New("header: not a header's name")
	}
	switch name {
	case "host", "content-length", "transfer-encoding", "connection", "te", "upgrade", "trailer":
		return fmt.Errorf("header: %s is not for claims", name)
	}
	return nil
}

// Validate implements config.Validator.
func (f *FromHeader) Validate() error {
	if !isToken(f.Name) {
		return errors.New("name: not a header's name")
	}
	return nil
}

// isToken reports whether name can be that of a header (RFC 9110, section 5.6.2).
func isToken(name string) bool {
	for i := range len(name) {
		c := name[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return name != ""
}

// isText reports whether value can be that of a header.
func isText(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

package main

import (
	"errors"

	"github.com/sluiceproxy/sluice/plugins/internal/consumer"
	"github.com/sluiceproxy/sluice/plugins/internal/fault"
	"github.com/sluiceproxy/sluice/plugins/internal/loose"
)

// Config is the plugin's configuration, or a rule on top of it.
type Config struct {
	consumer.Auth
	Consumers []Consumer `json:"consumers" required:"true" minItems:"1" description:"Who may send requests: all with key and secret, or all with access_key and secret_key."`

	DateOffset int64 `json:"date_offset" min:"0" max:"31536000" description:"x-ca: by how many seconds the request's Date, or x-ca-timestamp, may differ from the gateway's time. 0 does not look."`
	// UniqueParameters is off by default: the protocol lets clients repeat names.
	UniqueParameters bool `json:"unique_parameters" description:"x-ca: refuse a request with a parameter twice, in the query, the form or both. The protocol signs only the first; others can be added to a request that was signed."`

	AllowedAlgorithms   []string `json:"allowed_algorithms" default:"hmac-sha1,hmac-sha256,hmac-sha512" enum:"hmac-sha1,hmac-sha256,hmac-sha512" minItems:"1" description:"APISIX: the algorithms that clients may sign with."`
	ClockSkew           int64    `json:"clock_skew" default:"300" min:"0" max:"31536000" description:"APISIX: by how many seconds the request's Date may differ from the gateway's time. 0 does not look."`
	SignedHeaders       []string `json:"signed_headers" minLength:"1" description:"APISIX: headers that must be signed. @request-target is method and path."`
	ValidateRequestBody bool     `json:"validate_request_body" description:"A body needs a header that it is compared with: Digest, or Content-MD5 for x-ca."`
	HideCredentials     bool     `json:"hide_credentials" description:"Take the headers with key and signature off before the request goes upstream."`
	AnonymousConsumer   string   `json:"anonymous_consumer" description:"APISIX: who sends a request without credentials that can be read, or with an unknown key. Default: nobody, it is refused."`

	dialect dialect
}

// Consumer is somebody with a secret.
type Consumer struct {
	Name      loose.Text `json:"name" description:"The name that upstream sees in X-Mse-Consumer. Default: access_key; with key it is needed."`
	Key       loose.Text `json:"key" example:"appKey-example-1" description:"x-ca: the key that is sent in x-ca-key."`
	Secret    loose.Text `json:"secret" secret:"true" example:"appSecret-example-1" description:"x-ca: the secret that requests are signed with."`
	AccessKey loose.Text `json:"access_key" description:"APISIX: the key that is sent as keyId."`
	SecretKey loose.Text `json:"secret_key" secret:"true" description:"APISIX: the secret that requests are signed with."`
}

// Validate makes the dialect of the configuration.
func (c *Config) Validate() error {
	if err := c.Prepare(); err != nil {
		return err
	}
	apisix := c.Consumers[0].AccessKey != ""
	signers := make(map[string]*signer, len(c.Consumers))
	for i := range c.Consumers {
		if err := enter(signers, &c.Consumers[i], apisix); err != nil {
			return fault.At("consumers", i, err)
		}
	}
	if !apisix {
		c.dialect = &ca{signers: signers, offset: c.DateOffset, wantMD5: c.ValidateRequestBody, unique: c.UniqueParameters}
		return nil
	}
	if c.AnonymousConsumer != "" {
		if err := consumer.CheckName(c.AnonymousConsumer); err != nil {
			return fault.In("anonymous_consumer", err)
		}
	}
	c.dialect = &signatures{
		signers: signers, algorithms: c.AllowedAlgorithms, skew: c.ClockSkew, required: c.SignedHeaders,
		digest: c.ValidateRequestBody, anonymous: c.AnonymousConsumer,
	}
	return nil
}

// enter adds a consumer.
func enter(signers map[string]*signer, who *Consumer, apisix bool) error {
	key, secret, name := who.Key, who.Secret, who.Name
	if apisix {
		key, secret = who.AccessKey, who.SecretKey
		if name == "" {
			name = key
		}
	}
	switch {
	case apisix && (who.Key != "" || who.Secret != ""), !apisix && (who.AccessKey != "" || who.SecretKey != ""):
		return errors.New("all consumers need key and secret, or all access_key and secret_key")
	case key == "" || secret == "":
		return errors.New("needs key and secret, or access_key and secret_key")
	}
	if _, there := signers[string(key)]; there {
		return errors.New("another consumer has the same key")
	}
	signers[string(key)] = &signer{name: string(name), secret: []byte(secret)}
	return consumer.CheckName(string(name))
}

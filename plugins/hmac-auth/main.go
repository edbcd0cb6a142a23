// Command hmac-auth lets requests pass that are signed with a consumer's secret, in
// one of two dialects: the one with headers x-ca-…, or APISIX's with the header
// Authorization. Which one it is the consumers' keys say.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"

	"github.com/sluiceproxy/sluice/plugins/internal/consumer"
	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"hmac-auth",
		wrapper.ParseTypedOverrideConfig[Config](),
		wrapper.ProcessRequestHeaders(onHttpRequestHeaders),
		wrapper.ProcessRequestBody(onHttpRequestBody),
	)
}

// refusal is why a request may not pass.
type refusal struct {
	status  uint32
	detail  string
	headers [][2]string
	body    string
}

func (r *refusal) send() types.Action {
	return refuse.With(refuse.Answer{Status: r.status, Detail: "hmac-auth." + r.detail, Headers: r.headers, Body: r.body})
}

// dialect is a way of signing.
type dialect interface {
	// headers looks at a request without its body.
	headers(m *message) verdict
	// body looks at the rest of a request for which headers has said wait.
	body(m *message, body []byte) (name string, why *refusal)
	// forbidden is the answer to a consumer that may not pass.
	forbidden(name string) *refusal
	// credentials are the headers with key and signature.
	credentials() []string
}

// verdict is what the headers say of a request.
type verdict struct {
	name string   // the consumer that has signed it
	wait bool     // the body has to be looked at before that is sure
	why  *refusal // why it may not pass, else nil
}

// held is the context value with the message whose body is waited for.
const held = "message"

func onHttpRequestHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	if !config.Required() {
		ctx.DontReadRequestBody()
		return consumer.Pass()
	}
	all, err := proxywasm.GetHttpRequestHeaders()
	if err != nil {
		log.Errorf("request headers: %v", err)
		return (&refusal{status: 500, detail: "headers"}).send()
	}
	m := newMessage(all)
	v := config.dialect.headers(m)
	if v.why == nil && v.wait {
		if ctx.HasRequestBody() && !m.isUpgrade(ctx.IsWebsocket()) {
			ctx.SetContext(held, m)
			return types.HeaderStopIteration
		}
		v.name, v.why = config.dialect.body(m, nil)
	}
	ctx.DontReadRequestBody()
	return config.finish(v.name, v.why)
}

func onHttpRequestBody(ctx wrapper.HttpContext, config Config, body []byte) types.Action {
	m, ok := ctx.GetContext(held).(*message)
	if !ok {
		return (&refusal{status: 500, detail: "body"}).send() // nobody has looked at the headers
	}
	name, why := config.dialect.body(m, body)
	return config.finish(name, why)
}

// finish lets the consumer's request pass, or not.
func (c *Config) finish(name string, why *refusal) types.Action {
	if why == nil && !c.Allows(name) {
		why = c.dialect.forbidden(name)
	}
	if why != nil {
		return why.send()
	}
	if c.HideCredentials {
		if err := c.hide(); err != nil {
			log.Errorf("hide the credentials: %v", err)
			return (&refusal{status: 500, detail: "hide"}).send()
		}
	}
	return consumer.PassAs(name)
}

// hide takes off the headers by which the request is signed.
func (c *Config) hide() error {
	for _, name := range c.dialect.credentials() {
		if err := proxywasm.RemoveHttpRequestHeader(name); err != nil {
			return err
		}
	}
	return nil
}

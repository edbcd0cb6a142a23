package main

import (
	"net"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func onRequestHeaders(http wrapper.HttpContext, c Config) types.Action {
	seen.forget()
	in := &inspection{tx: c.waf.NewTransaction(), protocol: property("HTTP/1.1", "request", "protocol")}
	http.SetContext(inspectionKey, in)
	if in.tx.IsRuleEngineOff() {
		http.DontReadRequestBody()
		return types.HeaderContinue
	}
	headers, err := proxywasm.GetHttpRequestHeaders()
	if err != nil {
		return in.broken("request headers", err)
	}
	in.connection()
	in.tx.ProcessURI(http.Path(), http.Method(), in.protocol)
	for _, h := range headers {
		if !strings.HasPrefix(h[0], ":") {
			in.tx.AddRequestHeader(h[0], h[1])
		}
	}
	if host := http.Host(); host != "" {
		in.tx.AddRequestHeader("host", host)
		in.tx.SetServerName(hostOnly(host))
	}
	if i := in.tx.ProcessRequestHeaders(); i != nil {
		return in.block(c, i)
	}
	if http.HasRequestBody() && in.tx.IsRequestBodyAccessible() && !endless(http) {
		return types.HeaderStopIteration
	}
	http.DontReadRequestBody()
	return in.request(c, types.HeaderContinue)
}

func onRequestBody(http wrapper.HttpContext, c Config, body []byte) types.Action {
	seen.forget()
	in := of(http)
	if in == nil {
		return types.DataContinue
	}
	i, _, err := in.tx.WriteRequestBody(body)
	if err != nil {
		return in.broken("request body", err)
	}
	if i != nil {
		return in.block(c, i)
	}
	return in.request(c, types.DataContinue)
}

// request runs the rules of the body's phase, which are there for requests without
// one, too.
func (in *inspection) request(c Config, pass types.Action) types.Action {
	i, err := in.tx.ProcessRequestBody()
	if err != nil {
		return in.broken("request body", err)
	}
	if i != nil {
		return in.block(c, i)
	}
	return pass
}

// connection tells the rules who is connected to whom.
func (in *inspection) connection() {
	client, clientPort := address(property("", "source", "address"))
	server, serverPort := address(property("", "destination", "address"))
	in.tx.ProcessConnection(client, clientPort, server, serverPort)
}

// address splits an address with a port, such as [::1]:80.
func address(text string) (host string, port int) {
	host, digits, err := net.SplitHostPort(text)
	if err != nil {
		return text, 0
	}
	port, _ = strconv.Atoi(digits)
	return host, port
}

// hostOnly is a host without its port.
func hostOnly(host string) string {
	name, _ := address(host)
	return name
}

// endless reports whether what follows the headers is a connection of its own, and
// no body that could be waited for.
func endless(http wrapper.HttpContext) bool { return http.IsWebsocket() || http.Method() == "CONNECT" }

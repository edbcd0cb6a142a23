package main

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/wrapper"

	"github.com/sluiceproxy/sluice/plugins/internal/httpmatch"
	"github.com/sluiceproxy/sluice/plugins/internal/loose"
)

// Config is the plugin's configuration, global or a rule's.
type Config struct {
	HTTPService               HTTPService `json:"http_service" required:"true" description:"The service that decides."`
	MatchType                 string      `json:"match_type" enum:"whitelist,blacklist" description:"What match_list is: whitelist names requests that pass without a decision, blacklist those that need one, and no others do."`
	MatchList                 []MatchRule `json:"match_list" description:"Requests by domain, method and path. Without it all need a decision."`
	FailureModeAllow          bool        `json:"failure_mode_allow" description:"Let requests pass when the service can't be reached, does not answer in time or answers 5xx."`
	FailureModeAllowHeaderAdd bool        `json:"failure_mode_allow_header_add" description:"Mark requests that pass by failure_mode_allow, for upstream, with x-envoy-auth-failure-mode-allowed: true."`
	StatusOnError             int         `json:"status_on_error" default:"403" min:"0" max:"599" description:"The status for requests that fail so and may not pass. 0 is 403."`
}

// HTTPService is the service that decides, and what it is sent.
type HTTPService struct {
	EndpointMode string   `json:"endpoint_mode" default:"envoy" enum:"envoy,forward_auth" description:"envoy: the service gets the request's method and its path behind path_prefix; forward_auth: it gets request_method and path, and the rest in X-Forwarded headers."`
	Endpoint     Endpoint `json:"endpoint" required:"true" description:"Where the service is."`
	Timeout      int      `json:"timeout" default:"1000" min:"0" max:"600000" description:"Milliseconds that a decision may take. 0 is 1000."`
	Request      Request  `json:"authorization_request" description:"What the service is sent."`
	Response     Response `json:"authorization_response" description:"What is taken of its answer."`

	client *call.Client
	url    string // of forward_auth; of envoy without the path
}

// Endpoint is where the service is.
type Endpoint struct {
	ServiceName   string  `json:"service_name" required:"true" minLength:"1" description:"The service's full name with its type." example:"ext-auth.dns"`
	ServicePort   int     `json:"service_port" default:"80" min:"0" max:"65535" description:"Its port. 0 is 80."`
	ServiceHost   string  `json:"service_host" description:"The Host header that it gets. Without it its name."`
	PathPrefix    *string `json:"path_prefix" description:"Needed for envoy: what its paths begin with." example:"/auth"`
	RequestMethod string  `json:"request_method" default:"GET" description:"For forward_auth: the method."`
	Path          *string `json:"path" description:"Needed for forward_auth: the path."`
}

// Request is what the service is sent.
type Request struct {
	AllowedHeaders      []httpmatch.Text      `json:"allowed_headers" description:"Request headers that it is sent, by name. Authorization always is."`
	HeadersToAdd        map[string]loose.Text `json:"headers_to_add" description:"Other headers that it is sent, in place of the client's."`
	WithRequestBody     bool                  `json:"with_request_body" description:"Send it the request's body, unless the method is GET, HEAD or OPTIONS."`
	MaxRequestBodyBytes int                   `json:"max_request_body_bytes" default:"10485760" min:"0" max:"1073741824" description:"How long that body may be; a longer one is answered with 413. 0 is 10 MiB. Gateways have limits of their own, which may be lower."`

	own [][2]string // HeadersToAdd by name, in lower case
}

// Response is what is taken of the service's answer.
type Response struct {
	AllowedUpstreamHeaders []httpmatch.Text `json:"allowed_upstream_headers" description:"Headers of its answer that upstream gets, in place of the client's, by name. What the client sends under a name of exact or prefix, and the service was not shown, is removed."`
	AllowedClientHeaders   []httpmatch.Text `json:"allowed_client_headers" description:"Headers of its answer that a client gets who is refused. Without it all."`
	SuccessStatus          []int            `json:"success_status" default:"200" min:"200" max:"299" description:"The statuses by which it lets a request pass."`
}

// MatchRule is a kind of requests. What is left out matches all; a rule that leaves
// out all matches none.
type MatchRule struct {
	Domain string   `json:"match_rule_domain" description:"The host; * stands for any part."`
	Method []string `json:"match_rule_method" description:"Methods."`
	Path   string   `json:"match_rule_path" description:"The path, without the query."`
	Type   string   `json:"match_rule_type" enum:",exact,prefix,suffix,contains,regex" description:"How the path is compared."`

	path *httpmatch.Text
}

// What 0 stands for.
const (
	defaultStatus  = 403
	defaultTimeout = 1000
	defaultPort    = 80
	defaultBody    = 10 << 20
)

// Validate implements config.Validator.
func (c *Config) Validate() error {
	if c.MatchList != nil && c.MatchType == "" {
		return errors.New("match_type: is required with match_list")
	}
	zero(&c.StatusOnError, defaultStatus)
	if c.StatusOnError < 200 {
		return errors.New("status_on_error: must be from 200 to 599")
	}
	return nil
}

func zero(n *int, otherwise int) {
	if *n == 0 {
		*n = otherwise
	}
}

// Validate implements config.Validator.
func (s *HTTPService) Validate() error {
	e := &s.Endpoint
	zero(&s.Timeout, defaultTimeout)
	zero(&e.ServicePort, defaultPort)
	zero(&s.Request.MaxRequestBodyBytes, defaultBody)
	e.RequestMethod = strings.ToUpper(e.RequestMethod)
	switch {
	case s.EndpointMode == "envoy" && e.PathPrefix == nil:
		return errors.New("endpoint: path_prefix: is required where endpoint_mode is envoy")
	case s.EndpointMode == "forward_auth" && e.Path == nil:
		return errors.New("endpoint: path: is required where endpoint_mode is forward_auth")
	case s.EndpointMode == "forward_auth" && s.Request.WithRequestBody && bodiless(e.RequestMethod):
		return errors.New("authorization_request: with_request_body: requests with method " + e.RequestMethod + " have no body")
	}
	if err := s.foldCase(); err != nil {
		return err
	}
	s.url = s.base()
	s.Request.own = nil
	for name, value := range s.Request.HeadersToAdd {
		if name = strings.ToLower(name); !has(s.Request.own, name) {
			s.Request.own = append(s.Request.own, [2]string{name, string(value)})
		}
	}
	byName(s.Request.own)
	cluster := wrapper.FQDNCluster{FQDN: e.ServiceName, Port: int64(e.ServicePort), Host: e.ServiceHost}
	s.client = call.New(named{cluster.ClusterName(), cluster.HostName()}, call.Timeout(time.Duration(s.Timeout)*time.Millisecond))
	return nil
}

// base is the URL of the service, for envoy without the request's path.
func (s *HTTPService) base() string {
	e := &s.Endpoint
	base := "http://" + e.ServiceHost
	if e.ServiceHost == "" {
		base += e.ServiceName
	}
	if s.EndpointMode == "forward_auth" {
		return base + slash(*e.Path)
	}
	return base + strings.TrimSuffix(slash(*e.PathPrefix), "/")
}

// named is a cluster whose name is not put together for each request.
type named struct{ cluster, host string }

func (n named) ClusterName() string { return n.cluster }
func (n named) HostName() string    { return n.host }

// foldCase makes names of headers be compared without case.
func (s *HTTPService) foldCase() error {
	for _, list := range [][]httpmatch.Text{s.Request.AllowedHeaders, s.Response.AllowedUpstreamHeaders, s.Response.AllowedClientHeaders} {
		for i := range list {
			if err := list[i].FoldCase(); err != nil {
				return err
			}
		}
	}
	return nil
}

// bodiless reports whether requests of a method are sent without a body.
func bodiless(method string) bool { return method == "GET" || method == "HEAD" || method == "OPTIONS" }

// Validate implements config.Validator.
func (m *MatchRule) Validate() error {
	if m.Type == "" && m.Path == "" {
		return nil
	}
	if m.Type == "" {
		return errors.New("match_rule_type: is required with match_rule_path")
	}
	text, err := httpmatch.New(httpmatch.How(m.Type), m.Path)
	m.path = &text
	return err
}

// matchesAny reports whether one of the conditions is true for a name, in lower case.
func matchesAny(list []httpmatch.Text, name string) bool {
	return slices.ContainsFunc(list, func(t httpmatch.Text) bool { return t.Matches(name) })
}

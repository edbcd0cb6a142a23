package properties

import "errors"

// IstioFilterMetadata is what Istio writes down about a cluster, listener,
// route or upstream host under the filter name "istio".
type IstioFilterMetadata struct {
	// Config is the resource of Istio that it comes from.
	Config string
	// Services are the services that it is for.
	Services []IstioService
}

// IstioService is a service of Istio's registry.
type IstioService struct {
	Host      string
	Name      string
	Namespace string
}

// istio reads metadata; what is missing in it stays empty.
func istio(path ...string) (IstioFilterMetadata, error) {
	var m IstioFilterMetadata
	config, err := text(append(path, "config")...)
	if err != nil {
		return m, nil
	}
	m.Config = config
	services, err := texts(append(path, "services")...)
	if err != nil {
		return m, nil
	}
	for _, s := range services {
		pairs, ok := decodePairs([]byte(s))
		if !ok {
			return m, malformed(append(path, "services"))
		}
		fields := mapOf(pairs)
		m.Services = append(m.Services, IstioService{Host: fields["host"], Name: fields["name"], Namespace: fields["namespace"]})
	}
	return m, nil
}

// IstioProxyStatsMatcher says which statistics a proxy of Istio keeps.
type IstioProxyStatsMatcher struct {
	InclusionPrefixes []string
	InclusionRegexps  []string
	InclusionSuffixes []string
}

// GetNodeProxyConfigProxyStatsMatcher reads the lists below
// node.metadata.PROXY_CONFIG.proxyStatsMatcher. It fails where there is none.
func GetNodeProxyConfigProxyStatsMatcher() (IstioProxyStatsMatcher, error) {
	list := func(name string) ([]string, error) {
		return texts("node", "metadata", "PROXY_CONFIG", "proxyStatsMatcher", name)
	}
	var m IstioProxyStatsMatcher
	var errs [3]error
	m.InclusionPrefixes, errs[0] = list("inclusionPrefixes")
	m.InclusionRegexps, errs[1] = list("inclusionRegexps")
	m.InclusionSuffixes, errs[2] = list("inclusionSuffixes")
	if errs[0] != nil && errs[1] != nil && errs[2] != nil {
		return IstioProxyStatsMatcher{}, errors.Join(errs[:]...)
	}
	return m, nil
}

// IstioTrafficInterceptionMode says how traffic gets to a proxy of Istio.
type IstioTrafficInterceptionMode int

const (
	// IstioTrafficInterceptionModeNone is without iptables.
	IstioTrafficInterceptionModeNone IstioTrafficInterceptionMode = iota
	// IstioTrafficInterceptionModeTproxy is iptables' TPROXY.
	IstioTrafficInterceptionModeTproxy
	// IstioTrafficInterceptionModeRedirect is iptables' REDIRECT, the default.
	IstioTrafficInterceptionModeRedirect
)

// String returns the mode as Istio writes it.
func (t IstioTrafficInterceptionMode) String() string {
	switch t {
	case IstioTrafficInterceptionModeNone:
		return "NONE"
	case IstioTrafficInterceptionModeTproxy:
		return "TPROXY"
	}
	return "REDIRECT"
}

// ParseIstioTrafficInterceptionMode is the inverse of String.
func ParseIstioTrafficInterceptionMode(s string) (IstioTrafficInterceptionMode, error) {
	for t := IstioTrafficInterceptionModeNone; t <= IstioTrafficInterceptionModeRedirect; t++ {
		if t.String() == s {
			return t, nil
		}
	}
	return IstioTrafficInterceptionModeRedirect, errors.New("traffic interception mode is " + s + "; want NONE, TPROXY or REDIRECT")
}

// GetNodeMetaInterceptionMode reads node.metadata.INTERCEPTION_MODE.
func GetNodeMetaInterceptionMode() (IstioTrafficInterceptionMode, error) {
	s, err := text("node", "metadata", "INTERCEPTION_MODE")
	if err != nil {
		return IstioTrafficInterceptionModeRedirect, err
	}
	return ParseIstioTrafficInterceptionMode(s)
}

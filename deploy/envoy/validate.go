package envoy

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// wasmMagic begins every WebAssembly module.
const wasmMagic = "\x00asm"

var pluginName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$`)

// Validate reports the first thing in c that Envoy, or the files it reads,
// could not take. [Start] and [Envoy.Apply] call it.
func (c Config) Validate() error {
	clusters := map[string]bool{}
	for _, cl := range c.Clusters {
		if cl.Name == "" {
			return fmt.Errorf("cluster with the address %q has no name", redact(cl.Address))
		}
		if clusters[cl.Name] {
			return fmt.Errorf("cluster %q is given twice", cl.Name)
		}
		clusters[cl.Name] = true
		if c.RedisBridge && cl.Name == bridgeName {
			return fmt.Errorf("cluster %q: this name belongs to the bridge to Redis; give the cluster another", cl.Name)
		}
		if _, err := parseAddress(cl.Address); err != nil {
			return fmt.Errorf("cluster %q: %w", cl.Name, err)
		}
	}
	for i, r := range c.Routes {
		if err := r.validate(clusters); err != nil {
			return fmt.Errorf("route %d (%s): %w", i+1, r.Name, err)
		}
	}
	return validateChain(c.Plugins)
}

func validateChain(plugins []Plugin) error {
	seen := map[string]bool{}
	for _, p := range plugins {
		switch {
		case !pluginName.MatchString(p.Name) || p.Name == stagingName || strings.HasSuffix(p.Name, ".json"):
			return fmt.Errorf("plugin name %q: use 1 to 100 letters, digits, dots, underscores or hyphens", p.Name)
		case seen[p.Name]:
			return fmt.Errorf("plugin %q is given twice; give one of them another name", p.Name)
		case len(p.Code) == 0:
			return fmt.Errorf("plugin %q: the module is empty", p.Name)
		case !strings.HasPrefix(string(p.Code[:min(len(p.Code), 4)]), wasmMagic):
			return fmt.Errorf("plugin %q: not a WebAssembly module: it begins with %q", p.Name, p.Code[:min(len(p.Code), 16)])
		}
		seen[p.Name] = true
	}
	return nil
}

func (r Route) validate(clusters map[string]bool) error {
	switch {
	case r.Cluster == "":
		return errors.New("no cluster")
	case !clusters[r.Cluster]:
		return fmt.Errorf("there is no cluster %q", r.Cluster)
	case r.Prefix != "" && r.Path != "":
		return errors.New("has both a prefix and a path; give one")
	case r.Prefix != "" && r.Prefix[0] != '/':
		return fmt.Errorf("prefix %q must begin with /", r.Prefix)
	case r.Path != "" && r.Path[0] != '/':
		return fmt.Errorf("path %q must begin with /", r.Path)
	}
	for _, d := range r.Domains {
		if err := validDomain(d); err != nil {
			return err
		}
	}
	return nil
}

// validDomain takes exact names and one star at either end.
func validDomain(d string) error {
	switch {
	case d == "":
		return errors.New("empty domain")
	case strings.Count(d, "*") > 1, strings.Contains(strings.Trim(d, "*"), "*"):
		return fmt.Errorf("domain %q: one * is allowed, at the beginning or the end", d)
	case strings.ContainsAny(d, " /\r\n\t"):
		return fmt.Errorf("domain %q: only a host name, without scheme, path or spaces", d)
	}
	return nil
}

// defaultPorts are the schemes of addresses, with the ports that they mean.
var defaultPorts = map[string]string{"http": "80", "https": "443", "h2c": "80", "redis": "6379", "rediss": "6379"}

// address is a parsed [Cluster].Address.
type address struct {
	host string
	port int
	tls  bool
	h2   bool
}

// parseAddress reads host:port or a URL without a path.
func parseAddress(s string) (address, error) {
	var a address
	hostport := s
	if strings.Contains(s, "://") {
		u, err := url.Parse(s)
		if err != nil {
			return a, fmt.Errorf("address %q is not a URL", redact(s))
		}
		port, known := defaultPorts[u.Scheme]
		if !known {
			return a, fmt.Errorf("address %q: the scheme must be http, https, h2c, redis or rediss", redact(s))
		}
		if u.User != nil || u.RawQuery != "" || u.Fragment != "" || (u.Path != "" && u.Path != "/") {
			return a, fmt.Errorf("address %q: only scheme, host and port are allowed", redact(s))
		}
		a.tls = u.Scheme == "https" || u.Scheme == "rediss"
		a.h2 = u.Scheme == "h2c"
		hostport = u.Host
		if u.Port() == "" {
			hostport = net.JoinHostPort(u.Hostname(), port)
		}
	}
	host, port, err := net.SplitHostPort(hostport)
	if err != nil || host == "" {
		return a, fmt.Errorf("address %q: want host:port, http://host[:port] or https://host[:port]", redact(s))
	}
	a.host = host
	if a.port, err = strconv.Atoi(port); err != nil || a.port < 1 || a.port > 65535 {
		return a, fmt.Errorf("address %q: the port must be a number from 1 to 65535", redact(s))
	}
	return a, nil
}

// redact hides the user information of a URL.
func redact(s string) string {
	i, j := strings.Index(s, "://"), strings.LastIndex(s, "@")
	if i >= 0 && j > i {
		return s[:i+3] + "***" + s[j:]
	}
	return s
}

package run

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Names under which the built-in httpbin can be reached.
const (
	httpbinCluster = "httpbin"
	httpbinStatic  = "outbound|80||httpbin.static"
)

// ParseCluster reads NAME=ADDRESS, as in "--cluster httpbin=http://127.0.0.1:8000"
// or "--cluster outbound|6379||redis.dns=127.0.0.1:6379".
func ParseCluster(s string) (Cluster, error) {
	name, address, ok := strings.Cut(s, "=")
	switch {
	case !ok:
		return Cluster{}, fmt.Errorf("cluster %q: want NAME=ADDRESS, such as 'outbound|80||my-svc.static=127.0.0.1:8000'", s)
	case name == "":
		return Cluster{}, fmt.Errorf("cluster %q: the name before = is empty", s)
	case address == "":
		return Cluster{}, fmt.Errorf("cluster %q: the address after = is empty", s)
	}
	c := Cluster{Name: name, Address: address}
	return c, c.check()
}

// check reports what no engine should take: an address is host:port or a URL of
// no more than scheme, host and port.
// What may be a password is not shown.
func (c Cluster) check() error {
	if c.Name == "" {
		return fmt.Errorf("cluster of %q: has no name", c.Address)
	}
	address := c.Address
	if strings.Contains(address, "://") {
		u, err := url.Parse(address)
		switch {
		case err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/":
			return fmt.Errorf("cluster %q: want a URL of only scheme, host and port, or host:port", c.Name)
		case !slices.Contains([]string{"http", "https", "h2c", "redis", "rediss"}, u.Scheme): // h2c: embedded only
			return fmt.Errorf("cluster %q: address %q: the scheme must be http, https, redis or rediss", c.Name, address)
		case u.Port() == "" && u.Hostname() != "":
			return nil
		}
		address = u.Host
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil || host == "" {
		return fmt.Errorf("cluster %q: address %q: want host:port, http://host[:port] or https://host[:port]", c.Name, c.Address)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return fmt.Errorf("cluster %q: address %q: the port must be a number from 1 to 65535", c.Name, c.Address)
	}
	return nil
}

// mergeClusters joins lists; of two clusters with one name the later list's wins.
func mergeClusters(lists ...[]Cluster) []Cluster {
	var out []Cluster
	at := map[string]int{}
	for _, list := range lists {
		for _, c := range list {
			if i, ok := at[c.Name]; ok {
				out[i] = c
				continue
			}
			at[c.Name] = len(out)
			out = append(out, c)
		}
	}
	return out
}

// httpbinClusters are the names that the built-in httpbin has; none without it.
func httpbinClusters(addr string) []Cluster {
	if addr == "" {
		return nil
	}
	return []Cluster{{httpbinCluster, "http://" + addr}, {httpbinStatic, "http://" + addr}}
}

// defaultRoutes send everything to the cluster httpbin, if there is one.
func defaultRoutes(clusters []Cluster) []Route {
	for _, c := range clusters {
		if c.Name == httpbinCluster {
			return []Route{{Name: "default", Prefix: "/", Cluster: httpbinCluster}}
		}
	}
	return nil
}

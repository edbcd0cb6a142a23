package run

import (
	"fmt"
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
	return Cluster{Name: name, Address: address}, nil
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

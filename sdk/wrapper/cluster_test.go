package wrapper

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

func TestClusters(t *testing.T) {
	for _, c := range []struct {
		cluster    Cluster
		name, host string
	}{
		{FQDNCluster{FQDN: "a.static", Port: 80}, "outbound|80||a.static", "a.static"},
		{FQDNCluster{FQDN: "a.static", Port: 80, Host: "h"}, "outbound|80||a.static", "h"},
		{TargetCluster{Cluster: "any", Host: "h"}, "any", "h"},
		{K8sCluster{ServiceName: "s", Port: 1}, "outbound|1||s.default.svc.cluster.local", "s.default.svc.cluster.local"},
		{K8sCluster{ServiceName: "s", Namespace: "n", Port: 1, Version: "v"}, "outbound|1|v|s.n.svc.cluster.local", "s.n.svc.cluster.local"},
		{NacosCluster{ServiceName: "s", NamespaceID: "public", Port: 1}, "outbound|1||s.DEFAULT-GROUP.public.nacos", "s"},
		{NacosCluster{ServiceName: "s", Group: "MY_G", NamespaceID: "n", Port: 1, Version: "v", IsExtRegistry: true, Host: "h"},
			"outbound|1|v|s.MY-G.n.nacos-ext", "h"},
		{StaticIpCluster{ServiceName: "s", Port: 80}, "outbound|80||s.static", "s"},
		{DnsCluster{ServiceName: "s", Domain: "d.test", Port: 443}, "outbound|443||s.dns", "d.test"},
		{ConsulCluster{ServiceName: "s", Datacenter: "dc1", Port: 8}, "outbound|8||s.dc1.consul", "s"},
	} {
		if c.cluster.ClusterName() != c.name || c.cluster.HostName() != c.host {
			t.Errorf("%#v: %s, %s", c.cluster, c.cluster.ClusterName(), c.cluster.HostName())
		}
	}
}

func TestRouteCluster(t *testing.T) {
	for _, property := range []string{"cluster_name", "xds.cluster_name"} {
		inRequest(t, plugintest.Options{Properties: map[string]string{property: "c1"}}, func(HttpContext) {
			if c := (RouteCluster{}); c.ClusterName() != "c1" || c.HostName() != "a.test" {
				t.Errorf("%s: %q %q", property, c.ClusterName(), c.HostName())
			}
			if c := (RouteCluster{Host: "h"}); c.HostName() != "h" {
				t.Errorf("%q", c.HostName())
			}
		})
	}
	h := start(t, plugintest.Options{})
	if name := (RouteCluster{}).ClusterName(); name != "" || len(h.LogsAt(proxywasm.LogLevelError)) > 1 {
		t.Errorf("%q, log %v", name, h.Logs())
	}
}

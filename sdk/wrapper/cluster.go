package wrapper

import (
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/log"
)

// Cluster names an upstream service: as the gateway's configuration calls it,
// and as the service itself wants to be called in :authority.
type Cluster interface {
	ClusterName() string
	HostName() string
}

// outbound makes the name that Istio and Higress give clusters.
func outbound(port int64, subset, fqdn string) string {
	return "outbound|" + strconv.FormatInt(port, 10) + "|" + subset + "|" + fqdn
}

func either(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}

// RouteCluster is the cluster that the current request goes to.
type RouteCluster struct {
	// Host is the host name; empty for the request's own.
	Host string
}

// ClusterName returns the name of the request's cluster, "" where the host
// doesn't tell, which is an error in the log. It works in callbacks of a stream.
func (c RouteCluster) ClusterName() string {
	var first uint8
	name, err := property(&clusterPaths, &first)
	if err != nil || name == "" {
		log.Error("RouteCluster: the host doesn't tell the name of this request's cluster")
	}
	return name
}

// HostName returns Host, or the request's.
func (c RouteCluster) HostName() string {
	if s := current(); s != nil && c.Host == "" {
		return s.Host()
	}
	return c.Host
}

// TargetCluster is a cluster with any name.
type TargetCluster struct {
	Host    string
	Cluster string
}

// ClusterName returns Cluster.
func (c TargetCluster) ClusterName() string { return c.Cluster }

// HostName returns Host.
func (c TargetCluster) HostName() string { return c.Host }

// FQDNCluster is a service of any kind by its full name, such as my-svc.static,
// my-svc.dns or httpbin.my-ns.svc.cluster.local.
type FQDNCluster struct {
	FQDN string
	Host string
	Port int64
}

// ClusterName returns outbound|port||fqdn.
func (c FQDNCluster) ClusterName() string { return outbound(c.Port, "", c.FQDN) }

// HostName returns Host, or FQDN.
func (c FQDNCluster) HostName() string { return either(c.Host, c.FQDN) }

// K8sCluster is a Kubernetes service.
type K8sCluster struct {
	ServiceName string
	// Namespace is "default" if empty.
	Namespace string
	Port      int64
	Version   string
	Host      string
}

func (c K8sCluster) fqdn() string {
	return c.ServiceName + "." + either(c.Namespace, "default") + ".svc.cluster.local"
}

// ClusterName returns outbound|port|version|service.namespace.svc.cluster.local.
func (c K8sCluster) ClusterName() string { return outbound(c.Port, c.Version, c.fqdn()) }

// HostName returns Host, or the service's full name.
func (c K8sCluster) HostName() string { return either(c.Host, c.fqdn()) }

// NacosCluster is a service of a Nacos registry.
type NacosCluster struct {
	ServiceName string
	// Group is "DEFAULT-GROUP" if empty; "_" in it becomes "-".
	Group       string
	NamespaceID string
	Port        int64
	// IsExtRegistry is for EDAS and SAE registries.
	IsExtRegistry bool
	Version       string
	Host          string
}

// ClusterName returns outbound|port|version|service.group.namespace.nacos, or
// nacos-ext.
func (c NacosCluster) ClusterName() string {
	tail := ".nacos"
	if c.IsExtRegistry {
		tail = ".nacos-ext"
	}
	group := strings.ReplaceAll(either(c.Group, "DEFAULT-GROUP"), "_", "-")
	return outbound(c.Port, c.Version, c.ServiceName+"."+group+"."+c.NamespaceID+tail)
}

// HostName returns Host, or the service's name.
func (c NacosCluster) HostName() string { return either(c.Host, c.ServiceName) }

// StaticIpCluster is a service with fixed addresses.
type StaticIpCluster struct {
	ServiceName string
	Port        int64
	Host        string
}

// ClusterName returns outbound|port||service.static.
func (c StaticIpCluster) ClusterName() string { return outbound(c.Port, "", c.ServiceName+".static") }

// HostName returns Host, or the service's name.
func (c StaticIpCluster) HostName() string { return either(c.Host, c.ServiceName) }

// DnsCluster is a service with a domain name.
type DnsCluster struct {
	ServiceName string
	Domain      string
	Port        int64
}

// ClusterName returns outbound|port||service.dns.
func (c DnsCluster) ClusterName() string { return outbound(c.Port, "", c.ServiceName+".dns") }

// HostName returns Domain.
func (c DnsCluster) HostName() string { return c.Domain }

// ConsulCluster is a service of a Consul registry.
type ConsulCluster struct {
	ServiceName string
	Datacenter  string
	Port        int64
	Host        string
}

// ClusterName returns outbound|port||service.datacenter.consul.
func (c ConsulCluster) ClusterName() string {
	return outbound(c.Port, "", c.ServiceName+"."+c.Datacenter+".consul")
}

// HostName returns Host, or the service's name.
func (c ConsulCluster) HostName() string { return either(c.Host, c.ServiceName) }

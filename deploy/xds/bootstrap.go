package xds

import (
	"fmt"
	"net"
	"strconv"

	"sigs.k8s.io/yaml"
)

// BootstrapOptions say how an Envoy connects. Server is required.
type BootstrapOptions struct {
	// Server is the host and port of the control plane. A host name is resolved
	// by Envoy.
	Server string
	// ID and Cluster name the node. Default "sluice-node" and "sluice".
	ID, Cluster string
	// Namespace and Labels are put where plugins' selectors are compared with.
	Namespace string
	Labels    map[string]string
	// CA, Cert and Key are PEM files on Envoy's machine. With CA, the server's
	// certificate must be from it and have ServerName in it; without, the connection
	// is plain text. Cert and Key are the node's own.
	CA, Cert, Key string
	// ServerName is by default the host in Server.
	ServerName string
	// Whole has listeners and clusters come from the server too.
	Whole bool
	// Admin is the address of Envoy's admin endpoint. Default 127.0.0.1:9901.
	Admin string
}

type object = map[string]any

// serverCluster is the cluster of the control plane.
const serverCluster = "sluice"

// Bootstrap renders the configuration with which an Envoy connects, as YAML.
func Bootstrap(o BootstrapOptions) ([]byte, error) {
	if o.ID == "" {
		o.ID = "sluice-node"
	}
	if o.Cluster == "" {
		o.Cluster = "sluice"
	}
	if o.Admin == "" {
		o.Admin = "127.0.0.1:9901"
	}
	cluster, err := o.cluster()
	if err != nil {
		return nil, err
	}
	admin, err := socketAddress(o.Admin)
	if err != nil {
		return nil, fmt.Errorf("admin address: %w", err)
	}
	dynamic := object{"ads_config": object{
		"api_type": "GRPC", "transport_api_version": "V3", "set_node_on_first_message_only": true,
		"grpc_services": []object{{"envoy_grpc": object{"cluster_name": serverCluster}}},
	}}
	if o.Whole {
		ads := object{"ads": object{}, "resource_api_version": "V3", "initial_fetch_timeout": "0s"}
		dynamic["cds_config"], dynamic["lds_config"] = ads, ads
	}
	return yaml.Marshal(object{
		"node":              o.node(),
		"admin":             object{"address": admin},
		"dynamic_resources": dynamic,
		"static_resources":  object{"clusters": []object{cluster}},
	})
}

func (o BootstrapOptions) node() object {
	metadata := object{}
	if o.Namespace != "" {
		metadata["NAMESPACE"] = o.Namespace
	}
	if len(o.Labels) > 0 {
		metadata["LABELS"] = o.Labels
	}
	n := object{"id": o.ID, "cluster": o.Cluster}
	if len(metadata) > 0 {
		n["metadata"] = metadata
	}
	return n
}

// cluster is the control plane's.
func (o BootstrapOptions) cluster() (object, error) {
	host, _, err := net.SplitHostPort(o.Server)
	if err != nil {
		return nil, fmt.Errorf("address of the server: %w", err)
	}
	address, err := socketAddress(o.Server)
	if err != nil {
		return nil, fmt.Errorf("address of the server: %w", err)
	}
	kind := "STRICT_DNS"
	if net.ParseIP(host) != nil {
		kind = "STATIC"
	}
	c := object{
		"name": serverCluster, "type": kind, "connect_timeout": "5s",
		"load_assignment": object{"cluster_name": serverCluster, "endpoints": []object{{"lb_endpoints": []object{{"endpoint": object{"address": address}}}}}},
		"typed_extension_protocol_options": object{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": object{
			"@type":                typePrefix + "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
			"explicit_http_config": object{"http2_protocol_options": object{"connection_keepalive": object{"interval": "30s", "timeout": "60s"}}},
		}},
	}
	if o.CA != "" {
		if o.ServerName == "" {
			o.ServerName = host
		}
		c["transport_socket"] = o.tls(net.ParseIP(o.ServerName) != nil)
	}
	return c, nil
}

// tls verifies the server, and shows the node's certificate if it has one.
func (o BootstrapOptions) tls(byIP bool) object {
	san := "DNS"
	if byIP {
		san = "IP_ADDRESS"
	}
	common := object{"validation_context": object{
		"trusted_ca": object{"filename": o.CA},
		"match_typed_subject_alt_names": []object{{
			"san_type": san, "matcher": object{"exact": o.ServerName},
		}},
	}}
	if o.Cert != "" {
		common["tls_certificates"] = []object{{
			"certificate_chain": object{"filename": o.Cert}, "private_key": object{"filename": o.Key},
		}}
	}
	config := object{"@type": typePrefix + "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", "common_tls_context": common}
	if !byIP {
		config["sni"] = o.ServerName
	}
	return object{"name": "envoy.transport_sockets.tls", "typed_config": config}
}

func socketAddress(hostport string) (object, error) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("%q is no port", port)
	}
	return object{"socket_address": object{"address": host, "port_value": n}}, nil
}

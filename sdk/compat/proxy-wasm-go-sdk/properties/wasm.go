package properties

// GetPluginName reads plugin_name.
func GetPluginName() (string, error) { return text("plugin_name") }

// GetPluginRootId reads plugin_root_id.
func GetPluginRootId() (string, error) { return text("plugin_root_id") }

// GetPluginVmId reads plugin_vm_id.
func GetPluginVmId() (string, error) { return text("plugin_vm_id") }

// GetClusterName reads cluster_name.
func GetClusterName() (string, error) { return text("cluster_name") }

// GetRouteName reads route_name.
func GetRouteName() (string, error) { return text("route_name") }

// GetNodeId reads node.id.
func GetNodeId() (string, error) { return text("node", "id") }

// GetNodeCluster reads node.cluster.
func GetNodeCluster() (string, error) { return text("node", "cluster") }

// GetNodeDynamicParams reads node.dynamic_parameters.params.
func GetNodeDynamicParams() (string, error) { return text("node", "dynamic_parameters", "params") }

// GetNodeUserAgentName reads node.user_agent_name.
func GetNodeUserAgentName() (string, error) { return text("node", "user_agent_name") }

// GetNodeUserAgentVersion reads node.user_agent_version.
func GetNodeUserAgentVersion() (string, error) { return text("node", "user_agent_version") }

// GetNodeUserAgentBuildVersion reads node.user_agent_build_version.metadata.
func GetNodeUserAgentBuildVersion() (string, error) {
	return text("node", "user_agent_build_version", "metadata")
}

// GetNodeListeningAddresses reads node.listening_addresses.
func GetNodeListeningAddresses() ([]string, error) { return texts("node", "listening_addresses") }

// GetClusterMetadata reads node.cluster_metadata.filter_metadata.istio.
func GetClusterMetadata() (IstioFilterMetadata, error) {
	return istio("node", "cluster_metadata", "filter_metadata", "istio")
}

// GetListenerMetadata reads node.listener_metadata.filter_metadata.istio.
func GetListenerMetadata() (IstioFilterMetadata, error) {
	return istio("node", "listener_metadata", "filter_metadata", "istio")
}

// GetRouteMetadata reads node.route_metadata.filter_metadata.istio.
func GetRouteMetadata() (IstioFilterMetadata, error) {
	return istio("node", "route_metadata", "filter_metadata", "istio")
}

// GetUpstreamHostMetadata reads node.upstream_host_metadata.filter_metadata.istio.
func GetUpstreamHostMetadata() (IstioFilterMetadata, error) {
	return istio("node", "upstream_host_metadata", "filter_metadata", "istio")
}

package properties

// GetXdsClusterName reads xds.cluster_name.
func GetXdsClusterName() (string, error) { return text("xds", "cluster_name") }

// GetXdsClusterMetadata reads xds.cluster_metadata.filter_metadata.istio.
func GetXdsClusterMetadata() (IstioFilterMetadata, error) {
	return istio("xds", "cluster_metadata", "filter_metadata", "istio")
}

// GetXdsRouteName reads xds.route_name.
func GetXdsRouteName() (string, error) { return text("xds", "route_name") }

// GetXdsRouteMetadata reads xds.route_metadata.filter_metadata.istio.
func GetXdsRouteMetadata() (IstioFilterMetadata, error) {
	return istio("xds", "route_metadata", "filter_metadata", "istio")
}

// GetXdsUpstreamHostMetadata reads xds.upstream_host_metadata.filter_metadata.istio.
func GetXdsUpstreamHostMetadata() (IstioFilterMetadata, error) {
	return istio("xds", "upstream_host_metadata", "filter_metadata", "istio")
}

// GetXdsListenerFilterChainName reads xds.filter_chain_name.
func GetXdsListenerFilterChainName() (string, error) { return text("xds", "filter_chain_name") }

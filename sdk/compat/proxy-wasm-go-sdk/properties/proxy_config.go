package properties

// GetNodeMetaProxyConfigBinaryPath reads node.metadata.PROXY_CONFIG.binaryPath.
func GetNodeMetaProxyConfigBinaryPath() (string, error) {
	return text("node", "metadata", "PROXY_CONFIG", "binaryPath")
}

// GetNodeMetaProxyConfigConcurrency reads node.metadata.PROXY_CONFIG.concurrency.
func GetNodeMetaProxyConfigConcurrency() (float64, error) {
	return float("node", "metadata", "PROXY_CONFIG", "concurrency")
}

// GetNodeMetaProxyConfigConfigPath reads node.metadata.PROXY_CONFIG.configPath.
func GetNodeMetaProxyConfigConfigPath() (string, error) {
	return text("node", "metadata", "PROXY_CONFIG", "configPath")
}

// GetNodeProxyConfigControlPlaneAuthPolicy reads node.metadata.PROXY_CONFIG.controlPlaneAuthPolicy.
func GetNodeProxyConfigControlPlaneAuthPolicy() (string, error) {
	return text("node", "metadata", "PROXY_CONFIG", "controlPlaneAuthPolicy")
}

// GetNodeProxyConfigDiscoveryAddress reads node.metadata.PROXY_CONFIG.discoveryAddress.
func GetNodeProxyConfigDiscoveryAddress() (string, error) {
	return text("node", "metadata", "PROXY_CONFIG", "discoveryAddress")
}

// GetNodeProxyConfigDrainDuration reads node.metadata.PROXY_CONFIG.drainDuration.
func GetNodeProxyConfigDrainDuration() (string, error) {
	return text("node", "metadata", "PROXY_CONFIG", "drainDuration")
}

// GetNodeProxyConfigExtraStatTags reads node.metadata.PROXY_CONFIG.extraStatTags.
func GetNodeProxyConfigExtraStatTags() ([]string, error) {
	return texts("node", "metadata", "PROXY_CONFIG", "extraStatTags")
}

// GetNodeProxyConfigHoldApplicationUntilProxyStarts reads node.metadata.PROXY_CONFIG.holdApplicationUntilProxyStarts.
func GetNodeProxyConfigHoldApplicationUntilProxyStarts() (bool, error) {
	return flag("node", "metadata", "PROXY_CONFIG", "holdApplicationUntilProxyStarts")
}

// GetNodeProxyConfigProxyAdminPort reads node.metadata.PROXY_CONFIG.proxyAdminPort.
func GetNodeProxyConfigProxyAdminPort() (float64, error) {
	return float("node", "metadata", "PROXY_CONFIG", "proxyAdminPort")
}

// GetNodeProxyConfigServiceCluster reads node.metadata.PROXY_CONFIG.serviceCluster.
func GetNodeProxyConfigServiceCluster() (string, error) {
	return text("node", "metadata", "PROXY_CONFIG", "serviceCluster")
}

// GetNodeProxyConfigStatNameLength reads node.metadata.PROXY_CONFIG.statNameLength.
func GetNodeProxyConfigStatNameLength() (float64, error) {
	return float("node", "metadata", "PROXY_CONFIG", "statNameLength")
}

// GetNodeProxyConfigStatusPort reads node.metadata.PROXY_CONFIG.statusPort.
func GetNodeProxyConfigStatusPort() (float64, error) {
	return float("node", "metadata", "PROXY_CONFIG", "statusPort")
}

// GetNodeProxyConfigTerminationDrainDuration reads node.metadata.PROXY_CONFIG.terminationDrainDuration.
func GetNodeProxyConfigTerminationDrainDuration() (string, error) {
	return text("node", "metadata", "PROXY_CONFIG", "terminationDrainDuration")
}

// GetNodeProxyConfigTracingDatadogAddress reads node.metadata.PROXY_CONFIG.tracing.datadog.address.
func GetNodeProxyConfigTracingDatadogAddress() (string, error) {
	return text("node", "metadata", "PROXY_CONFIG", "tracing", "datadog", "address")
}

// GetNodeProxyConfigTracingOpenCensusAgentAddress reads node.metadata.PROXY_CONFIG.tracing.opencensusagent.address.
func GetNodeProxyConfigTracingOpenCensusAgentAddress() (string, error) {
	return text("node", "metadata", "PROXY_CONFIG", "tracing", "opencensusagent", "address")
}

// GetNodeProxyConfigTracingZipkinAddress reads node.metadata.PROXY_CONFIG.tracing.zipkin.address.
func GetNodeProxyConfigTracingZipkinAddress() (string, error) {
	return text("node", "metadata", "PROXY_CONFIG", "tracing", "zipkin", "address")
}

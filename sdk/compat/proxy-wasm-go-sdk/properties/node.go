package properties

// GetNodeMetaAnnotations reads node.metadata.ANNOTATIONS.
func GetNodeMetaAnnotations() (map[string]string, error) {
	return textMap("node", "metadata", "ANNOTATIONS")
}

// GetNodeMetaAppContainers reads node.metadata.APP_CONTAINERS.
func GetNodeMetaAppContainers() (string, error) { return text("node", "metadata", "APP_CONTAINERS") }

// GetNodeMetaClusterId reads node.metadata.CLUSTER_ID.
func GetNodeMetaClusterId() (string, error) { return text("node", "metadata", "CLUSTER_ID") }

// GetNodeMetaEnvoyPrometheusPort reads node.metadata.ENVOY_PROMETHEUS_PORT.
func GetNodeMetaEnvoyPrometheusPort() (float64, error) {
	return float("node", "metadata", "ENVOY_PROMETHEUS_PORT")
}

// GetNodeMetaEnvoyStatusPort reads node.metadata.ENVOY_STATUS_PORT.
func GetNodeMetaEnvoyStatusPort() (float64, error) {
	return float("node", "metadata", "ENVOY_STATUS_PORT")
}

// GetNodeMetaInstanceIps reads node.metadata.INSTANCE_IPS.
func GetNodeMetaInstanceIps() (string, error) { return text("node", "metadata", "INSTANCE_IPS") }

// GetNodeMetaIstioProxySha reads node.metadata.ISTIO_PROXY_SHA.
func GetNodeMetaIstioProxySha() (string, error) { return text("node", "metadata", "ISTIO_PROXY_SHA") }

// GetNodeMetaIstioVersion reads node.metadata.ISTIO_VERSION.
func GetNodeMetaIstioVersion() (string, error) { return text("node", "metadata", "ISTIO_VERSION") }

// GetNodeMetaLabels reads node.metadata.LABELS.
func GetNodeMetaLabels() (map[string]string, error) { return textMap("node", "metadata", "LABELS") }

// GetNodeMetaMeshId reads node.metadata.MESH_ID.
func GetNodeMetaMeshId() (string, error) { return text("node", "metadata", "MESH_ID") }

// GetNodeMetaName reads node.metadata.NAME.
func GetNodeMetaName() (string, error) { return text("node", "metadata", "NAME") }

// GetNodeMetaNamespace reads node.metadata.NAMESPACE.
func GetNodeMetaNamespace() (string, error) { return text("node", "metadata", "NAMESPACE") }

// GetNodeMetaNodeName reads node.metadata.NODE_NAME.
func GetNodeMetaNodeName() (string, error) { return text("node", "metadata", "NODE_NAME") }

// GetNodeMetaOwner reads node.metadata.OWNER.
func GetNodeMetaOwner() (string, error) { return text("node", "metadata", "OWNER") }

// GetNodeMetaPilotSan reads node.metadata.PILOT_SAN.
func GetNodeMetaPilotSan() ([]string, error) { return texts("node", "metadata", "PILOT_SAN") }

// GetNodeMetaPodPorts reads node.metadata.POD_PORTS.
func GetNodeMetaPodPorts() (string, error) { return text("node", "metadata", "POD_PORTS") }

// GetNodeMetaServiceAccount reads node.metadata.SERVICE_ACCOUNT.
func GetNodeMetaServiceAccount() (string, error) { return text("node", "metadata", "SERVICE_ACCOUNT") }

// GetNodeMetaWorkloadName reads node.metadata.WORKLOAD_NAME.
func GetNodeMetaWorkloadName() (string, error) { return text("node", "metadata", "WORKLOAD_NAME") }

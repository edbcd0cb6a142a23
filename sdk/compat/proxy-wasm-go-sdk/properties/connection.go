package properties

// GetDownstreamRemoteAddress reads source.address.
func GetDownstreamRemoteAddress() (string, error) { return text("source", "address") }

// GetDownstreamRemotePort reads source.port.
func GetDownstreamRemotePort() (uint64, error) { return number("source", "port") }

// GetDownstreamLocalAddress reads destination.address.
func GetDownstreamLocalAddress() (string, error) { return text("destination", "address") }

// GetDownstreamLocalPort reads destination.port.
func GetDownstreamLocalPort() (uint64, error) { return number("destination", "port") }

// GetDownstreamConnectionID reads connection.id.
func GetDownstreamConnectionID() (uint64, error) { return number("connection", "id") }

// IsDownstreamConnectionTls reads connection.mtls.
func IsDownstreamConnectionTls() (bool, error) { return flag("connection", "mtls") }

// GetDownstreamRequestedServerName reads connection.requested_server_name.
func GetDownstreamRequestedServerName() (string, error) {
	return text("connection", "requested_server_name")
}

// GetDownstreamTlsVersion reads connection.tls_version.
func GetDownstreamTlsVersion() (string, error) { return text("connection", "tls_version") }

// GetDownstreamSubjectLocalCertificate reads connection.subject_local_certificate.
func GetDownstreamSubjectLocalCertificate() (string, error) {
	return text("connection", "subject_local_certificate")
}

// GetDownstreamSubjectPeerCertificate reads connection.subject_peer_certificate.
func GetDownstreamSubjectPeerCertificate() (string, error) {
	return text("connection", "subject_peer_certificate")
}

// GetDownstreamDnsSanLocalCertificate reads connection.dns_san_local_certificate.
func GetDownstreamDnsSanLocalCertificate() (string, error) {
	return text("connection", "dns_san_local_certificate")
}

// GetDownstreamDnsSanPeerCertificate reads connection.dns_san_peer_certificate.
func GetDownstreamDnsSanPeerCertificate() (string, error) {
	return text("connection", "dns_san_peer_certificate")
}

// GetDownstreamUriSanLocalCertificate reads connection.uri_san_local_certificate.
func GetDownstreamUriSanLocalCertificate() (string, error) {
	return text("connection", "uri_san_local_certificate")
}

// GetDownstreamUriSanPeerCertificate reads connection.uri_san_peer_certificate.
func GetDownstreamUriSanPeerCertificate() (string, error) {
	return text("connection", "uri_san_peer_certificate")
}

// GetDownstreamSha256PeerCertificateDigest reads connection.sha256_peer_certificate_digest.
func GetDownstreamSha256PeerCertificateDigest() (string, error) {
	return text("connection", "sha256_peer_certificate_digest")
}

// GetDownstreamTerminationDetails reads connection.termination_details.
func GetDownstreamTerminationDetails() (string, error) {
	return text("connection", "termination_details")
}

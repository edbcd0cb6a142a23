package properties

// GetUpstreamAddress reads upstream.address.
func GetUpstreamAddress() (string, error) { return text("upstream", "address") }

// GetUpstreamPort reads upstream.port.
func GetUpstreamPort() (uint64, error) { return number("upstream", "port") }

// GetUpstreamTlsVersion reads upstream.tls_version.
func GetUpstreamTlsVersion() (string, error) { return text("upstream", "tls_version") }

// GetUpstreamSubjectLocalCertificate reads upstream.subject_local_certificate.
func GetUpstreamSubjectLocalCertificate() (string, error) {
	return text("upstream", "subject_local_certificate")
}

// GetUpstreamSubjectPeerCertificate reads upstream.subject_peer_certificate.
func GetUpstreamSubjectPeerCertificate() (string, error) {
	return text("upstream", "subject_peer_certificate")
}

// GetUpstreamDnsSanLocalCertificate reads upstream.dns_san_local_certificate.
func GetUpstreamDnsSanLocalCertificate() (string, error) {
	return text("upstream", "dns_san_local_certificate")
}

// GetUpstreamDnsSanPeerCertificate reads upstream.dns_san_peer_certificate.
func GetUpstreamDnsSanPeerCertificate() (string, error) {
	return text("upstream", "dns_san_peer_certificate")
}

// GetUpstreamUriSanLocalCertificate reads upstream.uri_san_local_certificate.
func GetUpstreamUriSanLocalCertificate() (string, error) {
	return text("upstream", "uri_san_local_certificate")
}

// GetUpstreamUriSanPeerCertificate reads upstream.uri_san_peer_certificate.
func GetUpstreamUriSanPeerCertificate() (string, error) {
	return text("upstream", "uri_san_peer_certificate")
}

// GetUpstreamSha256PeerCertificateDigest reads upstream.sha256_peer_certificate_digest.
func GetUpstreamSha256PeerCertificateDigest() (string, error) {
	return text("upstream", "sha256_peer_certificate_digest")
}

// GetUpstreamLocalAddress reads upstream.local_address.
func GetUpstreamLocalAddress() (string, error) { return text("upstream", "local_address") }

// GetUpstreamTransportFailureReason reads upstream.transport_failure_reason.
func GetUpstreamTransportFailureReason() (string, error) {
	return text("upstream", "transport_failure_reason")
}

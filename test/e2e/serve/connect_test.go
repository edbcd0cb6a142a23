package serve

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deliver/serve"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestOwnService: a filter's configuration comes from the extension discovery
// service, over a connection of its own.
func TestOwnService(t *testing.T) {
	e := harness.OneEnvoy(t)
	for _, form := range []string{"GRPC", "DELTA_GRPC"} {
		t.Run(form, func(t *testing.T) {
			l := newLab(t)
			url := l.stamp("VERSION-0001")
			l.apply("stamp", url, `{"v":"1"}`)
			bootstrap := l.own("api_config_source: {api_type: " + form + ", transport_api_version: V3, grpc_services: [{envoy_grpc: {cluster_name: sluice}}]}")
			l.start()
			l.startEnvoy(e, bootstrap)
			l.waitHeader("/", "X-Config", `{"v":"1"}`)
			l.apply("stamp", url, `{"v":"2"}`)
			l.waitHeader("/", "X-Config", `{"v":"2"}`)
		})
	}
}

// TestTLS: with certificates on both sides an Envoy gets its plugins; one without a
// certificate gets nothing.
func TestTLS(t *testing.T) {
	e := harness.OneEnvoy(t)
	l := newLab(t)
	file := func(name string) string { return filepath.Join(l.root, name) }
	ca, caKey := l.certificate("ca", nil, nil)
	l.certificate("server", ca, caKey)
	l.certificate("node", ca, caKey)
	l.args = []string{"--tls-cert", file("server.crt"), "--tls-key", file("server.key"), "--tls-ca", file("ca.crt")}
	l.apply("stamp", l.stamp("VERSION-0001"), `{"v":"1"}`)
	l.start()
	l.startEnvoy(e, l.bootstrap("--node-ca", file("ca.crt")))
	l.envoy.WaitOutput("gRPC config stream to sluice closed", patience)
	if s := l.status(); len(s.Nodes) != 0 {
		t.Errorf("a node without a certificate: %+v", s.Nodes)
	}
	l.envoy.Stop()
	l.startEnvoy(e, l.bootstrap("--node-ca", file("ca.crt"), "--node-cert", file("node.crt"), "--node-key", file("node.key")))
	l.waitHeader("/", "X-Config", `{"v":"1"}`)
	l.waitStatus("the node", func(s *serve.Status) bool { return onNode(s, "istio-system.stamp") != nil })
}

// certificate writes NAME.crt and NAME.key, signed by a parent or by itself.
func (l *lab) certificate(name string, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	l.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		l.t.Fatal(err)
	}
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
	c := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: parent == nil, BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if parent == nil {
		parent, parentKey = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, parentKey)
	if err != nil {
		l.t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		l.t.Fatal(err)
	}
	for ending, block := range map[string]*pem.Block{".crt": {Type: "CERTIFICATE", Bytes: der}, ".key": {Type: "EC PRIVATE KEY", Bytes: secret}} {
		var text strings.Builder
		if err := pem.Encode(&text, block); err != nil {
			l.t.Fatal(err)
		}
		l.write(filepath.Join(l.root, name+ending), text.String())
	}
	return c, key
}

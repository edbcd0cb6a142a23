package agent

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/grpc/credentials"

	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/sign"
	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

func inline(code []byte) *corev3.AsyncDataSource { return remote.Inline(code) }

// TestWrongSignature: the agent asks its own keys, whatever the control plane took.
func TestWrongSignature(t *testing.T) {
	l := newLab(t)
	good, other := newKey(t), newKey(t)
	l.o.Prepare.OCI.Policy = policy.ForKeys("test", good.Public())
	l.o.Prepare.SignedOnly = true
	url, sum := l.image("one", envoytest.Probe("one"), good)
	l.plane.push("probe", url, sum, "x", "")
	l.agent()
	l.run("GRPC")
	l.serves("one", "x")
	for _, c := range []struct {
		want string
		push func()
	}{
		{"not signed", func() {
			url, sum := l.image("two", envoytest.Probe("two"), nil)
			l.plane.push("probe", url, sum, "x", "")
		}},
		{"key", func() {
			url, sum := l.image("three", envoytest.Probe("three"), other)
			l.plane.push("probe", url, sum, "x", "")
		}},
		{"no image", func() { l.plane.pushCode("probe", inline(envoytest.Probe("four")), "x", "") }},
		{"can't verify", func() { l.plane.pushCode("probe", xds.LocalFile("/tmp/five.wasm"), "x", "") }},
	} {
		before := len(l.plane.refusals())
		c.push()
		eventually(t, "a refusal: "+c.want, func() bool { return strings.Contains(l.plane.refusals()[before:], c.want) })
		l.serves("one", "x")
	}
	url, sum = l.image("six", envoytest.Probe("six"), good)
	l.plane.push("probe", url, sum, "x", "")
	l.serves("six", "x")
	eventually(t, "it is accepted", func() bool { return l.plane.isAcked("probe") })
	// After a restart, the disk is believed only as far as today's keys go.
	l.halt()
	l.envoy.Stop()
	l.plane.stop()
	l.o.Prepare.OCI.Policy = policy.ForKeys("test", other.Public())
	l.agent()
	l.run("GRPC")
	eventually(t, "a warning", func() bool {
		return l.saw(func(e Event) bool {
			w, ok := e.(Warning)
			return ok && strings.Contains(w.Text, "not served from the disk")
		})
	})
}

// TestInline: code that comes with the configuration is in a file too.
func TestInline(t *testing.T) {
	l := newLab(t)
	l.plane.pushCode("probe", inline(padded("one", 5<<20)), "x", "") // more than gRPC takes unasked
	l.agent()
	l.run("GRPC")
	l.serves("one", "x")
	files, err := filepath.Glob(filepath.Join(l.o.Prepare.Dir, "*.wasm"))
	if err != nil || len(files) != 1 {
		t.Errorf("%v, %v", files, err)
	}
}

// TestTLS: the control plane is reached by TLS with a certificate of the agent, and
// not without; Envoy connects by a socket.
func TestTLS(t *testing.T) {
	l := newLab(t)
	files := certificates(t)
	l.plane.stop()
	l.plane.creds = credentials.NewTLS(files.server)
	l.plane.start()
	url, sum := l.probe("one")
	l.plane.push("probe", url, sum, "x", "")
	config, err := TLSFiles{CA: files.ca}.Config()
	if err != nil {
		t.Fatal(err)
	}
	l.o.TLS = config
	l.agent()
	l.run("GRPC")
	eventually(t, "no entry without a certificate", func() bool {
		return l.saw(func(e Event) bool { u, ok := e.(Upstream); return ok && strings.Contains(u.Err, "certificate") })
	})
	l.halt()
	if l.o.TLS, err = (TLSFiles{CA: files.ca, Cert: files.cert, Key: files.key}).Config(); err != nil {
		t.Fatal(err)
	}
	l.envoy.Stop()
	l.o.Listen = "unix:" + filepath.Join(t.TempDir(), "agent.sock")
	l.agent()
	l.run("GRPC")
	l.serves("one", "x")
}

// TestTLSFiles: what is wrong with them is said.
func TestTLSFiles(t *testing.T) {
	files := certificates(t)
	for _, f := range []TLSFiles{{CA: "gone"}, {CA: files.key}, {Cert: files.cert}, {Cert: files.ca, Key: files.key}, {Cert: "gone", Key: "gone"}} {
		if _, err := f.Config(); err == nil {
			t.Errorf("%+v", f)
		}
	}
}

// TestCheckListen: only this machine may ask for the configuration.
func TestCheckListen(t *testing.T) {
	for address, ok := range map[string]bool{
		"127.0.0.1:0": true, "localhost:1": true, "[::1]:2": true, "unix:/x": true, "unix:": false, "0.0.0.0:1": false, ":1": false, "10.0.0.1:1": false, "x": false,
	} {
		if err := CheckListen(address); (err == nil) != ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func newKey(t *testing.T) *sign.PrivateKey {
	t.Helper()
	key, err := sign.Generate(sign.ECDSA)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

type pki struct {
	server        *tls.Config
	ca, cert, key string
}

// certificates makes a CA, and one certificate for 127.0.0.1 that both sides use.
func certificates(t *testing.T) pki {
	t.Helper()
	dir := t.TempDir()
	authority, authorityKey := certificate(t, nil, nil)
	leaf, leafKey := certificate(t, authority, authorityKey)
	p := pki{ca: filepath.Join(dir, "ca.crt"), cert: filepath.Join(dir, "node.crt"), key: filepath.Join(dir, "node.key")}
	der, err := x509.MarshalECPrivateKey(leafKey)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		p.ca: {Type: "CERTIFICATE", Bytes: authority.Raw}, p.cert: {Type: "CERTIFICATE", Bytes: leaf.Raw}, p.key: {Type: "EC PRIVATE KEY", Bytes: der},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pair, err := tls.LoadX509KeyPair(p.cert, p.key)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(authority)
	p.server = &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12}
	return p
}

func certificate(t *testing.T, parent *x509.Certificate, signer *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, BasicConstraintsValid: true,
		IsCA: parent == nil, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c, key
}

package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deliver/serve"
	"github.com/sluiceproxy/sluice/deploy/xds"
)

// tlsFlags are the files of a TLS server.
type tlsFlags struct{ cert, key, ca string }

func (t *tlsFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Var(fileName{&t.cert}, "tls-cert", "certificate of this server, a PEM `FILE`")
	f.Var(fileName{&t.key}, "tls-key", "its private key, a PEM `FILE`")
	f.Var(fileName{&t.ca}, "tls-ca", "certificates of those that sign Envoys' certificates, a PEM `FILE`: every Envoy must have one")
}

// server is what the flags say; nil is plain text. The certificate is read anew for
// each connection, so that it can be renewed.
func (t *tlsFlags) server() (*tls.Config, error) {
	switch {
	case t.cert == "" && t.key == "" && t.ca == "":
		return nil, nil
	case t.cert == "" || t.key == "":
		return nil, usagef("--tls-cert and --tls-key go together, and --tls-ca goes with them")
	}
	if _, err := tls.LoadX509KeyPair(t.cert, t.key); err != nil {
		return nil, fmt.Errorf("--tls-cert and --tls-key: %w", err)
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		pair, err := tls.LoadX509KeyPair(t.cert, t.key)
		return &pair, err
	}}
	if t.ca == "" {
		return c, nil
	}
	text, err := os.ReadFile(t.ca)
	if err != nil {
		return nil, err
	}
	c.ClientCAs, c.ClientAuth = x509.NewCertPool(), tls.RequireAndVerifyClientCert
	if !c.ClientCAs.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("--tls-ca %s: no certificate in it", t.ca)
	}
	return c, nil
}

// nodeFlags say what is in a bootstrap.
type nodeFlags struct {
	o      xds.BootstrapOptions
	labels []string
}

func (n *nodeFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&n.o.ID, "node-id", "", "with --print-bootstrap: `ID` of the node (default sluice-node)")
	f.StringVar(&n.o.Namespace, "node-namespace", "", "with --print-bootstrap: `NAME` of the node's namespace (default none: plugins of all namespaces)")
	f.StringArrayVar(&n.labels, "node-label", nil, "with --print-bootstrap: `KEY=VALUE` that selectors are compared with; may be repeated")
	f.StringVar(&n.o.Admin, "node-admin", "127.0.0.1:9901", "with --print-bootstrap: `ADDRESS` of Envoy's own admin endpoint")
	f.StringVar(&n.o.CA, "node-ca", "", "with --print-bootstrap: `FILE` on Envoy's machine with the certificate of those that sign the server's")
	f.StringVar(&n.o.Cert, "node-cert", "", "with --print-bootstrap: `FILE` on Envoy's machine with its certificate")
	f.StringVar(&n.o.Key, "node-key", "", "with --print-bootstrap: `FILE` on Envoy's machine with its private key")
}

// printBootstrap prints what connects an Envoy.
func (f *serveFlags) printBootstrap(cmd *cobra.Command, o serve.Options) error {
	n := f.node.o
	var err error
	if n.Labels, err = annotations(f.node.labels); err != nil {
		return err
	}
	if (n.Cert == "") != (n.Key == "") || n.Cert != "" && n.CA == "" {
		return usagef("--node-cert and --node-key go together, and with --node-ca")
	}
	n.Server, n.Whole = o.Listen, o.Gateway != ""
	text, err := xds.Bootstrap(n)
	if err != nil {
		return usagef("--print-bootstrap: %w", err)
	}
	_, err = cmd.OutOrStdout().Write(text)
	return err
}

package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	orasregistry "oras.land/oras-go/v2/registry"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"
	"oras.land/oras-go/v2/registry/remote/retry"
)

// maxMetadata bounds manifests and answers of the registry's API, in bytes.
const maxMetadata = 4 << 20

// Open prepares the way to the repository of ref. Nothing is sent yet.
func Open(ref orasregistry.Reference, o Options) (*remote.Repository, error) {
	o = o.withDefaults()
	if o.Credential == nil {
		store, err := credentials.NewStoreFromDocker(credentials.StoreOptions{})
		if err != nil {
			return nil, fmt.Errorf("credentials for %s: %w", ref.Registry, err)
		}
		o.Credential = credentials.Credential(store)
	}
	client, err := newClient(ref, o)
	if err != nil {
		return nil, err
	}
	return &remote.Repository{
		Client:           redacting{client},
		Reference:        ref,
		PlainHTTP:        o.PlainHTTP,
		MaxMetadataBytes: maxMetadata,
	}, nil
}

func newClient(ref orasregistry.Reference, o Options) (*auth.Client, error) {
	home := originOf(&url.URL{Scheme: "https", Host: ref.Host()})
	if o.PlainHTTP {
		home = originOf(&url.URL{Scheme: "http", Host: ref.Host()})
	}
	t := &trust{authHosts: o.AuthHosts, hasCredential: func(ctx context.Context) (bool, error) {
		c, err := o.Credential(ctx, ref.Host())
		return c != auth.EmptyCredential, err
	}}
	base, err := newTransport(t, o)
	if err != nil {
		return nil, err
	}
	g := &guard{base: &stall{base: base, wait: o.Stall}, home: home, trust: t, proxied: proxied, realms: map[origin]bool{}}
	again := &policy{attempts: o.Attempts, maxWait: o.MaxWait, base: 250 * time.Millisecond}
	client := &auth.Client{
		Client:     &http.Client{Transport: &retry.Transport{Base: g, Policy: func() retry.Policy { return again }}},
		Credential: o.Credential,
		Cache:      auth.NewCache(),
	}
	client.SetUserAgent("sluice")
	return client, nil
}

// newTransport makes the connections, whose addresses t judges.
func newTransport(t *trust, o Options) (*http.Transport, error) {
	dialer := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second, ControlContext: t.dialled}
	transport := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           dialer.DialContext,
		ForceAttemptHTTP2:     true,
		TLSHandshakeTimeout:   15 * time.Second,
		ExpectContinueTimeout: time.Second,
		IdleConnTimeout:       time.Minute,
		// Layers are compressed already, and a digest is that of the bytes sent.
		DisableCompression:     true,
		MaxResponseHeaderBytes: 64 << 10,
	}
	if o.CAFile == "" {
		return transport, nil
	}
	pem, err := os.ReadFile(o.CAFile)
	if err != nil {
		return nil, fmt.Errorf("certificates to trust: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("certificates to trust: %s holds no PEM certificate", o.CAFile)
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	return transport, nil
}

// proxied reports whether the environment names a proxy for req.
func proxied(req *http.Request) bool {
	proxy, err := http.ProxyFromEnvironment(req)
	return proxy != nil || err != nil
}

package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	orasregistry "oras.land/oras-go/v2/registry"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
)

// site is an HTTP server that remembers what it was sent.
type site struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string // method, path and Authorization of each request
	body string
}

func newSite(t *testing.T, handle http.HandlerFunc) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.seen = append(s.seen, fmt.Sprintf("%s %s %q", r.Method, r.URL.Path, r.Header.Get("Authorization")))
		s.body += string(body)
		s.mu.Unlock()
		handle(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.seen...)
}

// leaked reports whether the site saw anything secret.
func (s *site) leaked() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range s.seen {
		if !strings.HasSuffix(line, `""`) {
			return true
		}
	}
	return strings.Contains(s.body, "hunter2")
}

func (s *site) host() string { return strings.TrimPrefix(s.URL, "http://") }

func secret(context.Context, string) (auth.Credential, error) {
	return auth.Credential{Username: "me", Password: "hunter2"}, nil
}

func refreshing(context.Context, string) (auth.Credential, error) {
	return auth.Credential{RefreshToken: "hunter2"}, nil
}

func nobody(context.Context, string) (auth.Credential, error) { return auth.EmptyCredential, nil }

// open reaches a repository of the site, with credentials.
func open(t *testing.T, s *site, o Options) *remote.Repository {
	t.Helper()
	o.PlainHTTP = true
	if o.Credential == nil {
		o.Credential = secret
	}
	if o.MaxWait == 0 {
		o.MaxWait = 5 * time.Millisecond
	}
	repo, err := Open(orasregistry.Reference{Registry: s.host(), Repository: "p"}, o)
	if err != nil {
		t.Fatal(err)
	}
	return repo
}

var blob = []byte("hello")

func blobDescriptor() ocispec.Descriptor {
	return ocispec.Descriptor{MediaType: "application/octet-stream", Digest: digest.FromBytes(blob), Size: int64(len(blob))}
}

func fetch(repo *remote.Repository) (string, error) {
	rc, err := repo.Blobs().Fetch(context.Background(), blobDescriptor())
	if err != nil {
		return "", err
	}
	defer rc.Close()
	got, err := io.ReadAll(rc)
	return string(got), err
}

// basic asks for a password before handle runs.
func basic(handle http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, _, ok := r.BasicAuth(); !ok {
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		handle(w, r)
	}
}

// TestRedirects: a redirect to another origin is followed without credentials,
// unless it could do harm.
func TestRedirects(t *testing.T) {
	other := newSite(t, func(w http.ResponseWriter, r *http.Request) { w.Write(blob) })
	home := newSite(t, basic(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+"/cdn?X-Signature=abc", http.StatusTemporaryRedirect)
	}))
	got, err := fetch(open(t, home, Options{}))
	if err != nil || got != "hello" {
		t.Fatalf("got %q, %v", got, err)
	}
	if other.leaked() || len(other.requests()) != 1 {
		t.Errorf("the other host saw %q", other.requests())
	}
}

func TestRedirectsRefused(t *testing.T) {
	for name, c := range map[string]struct{ to, says string }{
		"metadata service":   {"http://169.254.169.254/latest/meta-data", "private networks"},
		"metadata, IPv6":     {"http://[fe80::1]/", "private networks"},
		"shared space":       {"http://100.100.100.200/", "private networks"},
		"unspecified":        {"http://0.0.0.0:1/", "private networks"},
		"a file":             {"file:///etc/passwd", "unsupported protocol scheme"},
		"mapped as IPv6":     {"http://[::ffff:169.254.169.254]/", "private networks"},
		"a chain of itself":  {"loop", "stopped after 10 redirects"},
		"no host, odd words": {"gopher://x/", "unsupported protocol scheme"},
	} {
		t.Run(name, func(t *testing.T) {
			var home *site
			home = newSite(t, func(w http.ResponseWriter, r *http.Request) {
				to := c.to
				if to == "loop" {
					to = home.URL + "/again"
				}
				http.Redirect(w, r, to, http.StatusFound)
			})
			_, err := fetch(open(t, home, Options{}))
			if err == nil || !strings.Contains(err.Error(), c.says) && !errors.Is(err, ErrRefused) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

// TestChallengeOfAnotherHost: a host that a redirect led to can't ask for the
// registry's credentials.
func TestChallengeOfAnotherHost(t *testing.T) {
	for _, challenge := range []string{`Basic realm="x"`, `Bearer realm="http://127.0.0.1:1/token"`} {
		other := newSite(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("WWW-Authenticate", challenge)
			w.WriteHeader(http.StatusUnauthorized)
		})
		home := newSite(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL, http.StatusFound)
		})
		if _, err := fetch(open(t, home, Options{})); !errors.Is(err, ErrRefused) || other.leaked() {
			t.Errorf("%s: got %v; the other host saw %q", challenge, err, other.requests())
		}
	}
}

// TestUploadElsewhere: the Location of an upload on another host gets neither
// the credentials nor the blob.
func TestUploadElsewhere(t *testing.T) {
	other := newSite(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusCreated) })
	for name, answer := range map[string]http.HandlerFunc{
		"Location": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", other.URL+"/upload")
			w.WriteHeader(http.StatusAccepted)
		},
		"redirect that keeps the body": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+"/upload", http.StatusPermanentRedirect)
		},
	} {
		home := newSite(t, basic(answer))
		err := open(t, home, Options{}).Blobs().Push(context.Background(), blobDescriptor(), strings.NewReader("hello"))
		if !errors.Is(err, ErrRefused) || len(other.requests()) != 0 {
			t.Errorf("%s: got %v; the other host saw %q", name, err, other.requests())
		}
	}
}

// TestTokenServices: credentials go to the token service of the registry's own
// host, and to others only when the user named them.
func TestTokenServices(t *testing.T) {
	service := newSite(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, `{"token":"t0","access_token":"t0"}`) })
	registryFor := func(realm string) *site {
		return newSite(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "Bearer t0" {
				w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm=%q,service="s",scope="repository:p:pull"`, realm))
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			w.Write(blob)
		})
	}
	elsewhere := strings.Replace(service.URL, "127.0.0.1", "localhost", 1)
	for name, c := range map[string]struct {
		realm  string
		o      Options
		sent   bool // the service gets the credentials
		refuse bool
	}{
		"same host, other port":       {realm: service.URL, sent: true},
		"same host, refresh token":    {realm: service.URL, o: Options{Credential: refreshing}, sent: true},
		"other host":                  {realm: elsewhere, refuse: true},
		"other host, refresh token":   {realm: elsewhere, o: Options{Credential: refreshing}, refuse: true},
		"other host, allowed":         {realm: elsewhere, o: Options{AuthHosts: []string{"localhost"}}, sent: true},
		"other host, no credentials":  {realm: elsewhere, o: Options{Credential: nobody}},
		"metadata service":            {realm: "http://169.254.169.254/token", o: Options{Credential: nobody}, refuse: true},
		"metadata service, allowed":   {realm: "http://169.254.169.254/token", o: Options{AuthHosts: []string{"169.254.169.254"}}, refuse: true},
		"a name and a password in it": {realm: "http://u:p@127.0.0.1:1/", refuse: true},
		"no URL":                      {realm: "token", refuse: true},
	} {
		t.Run(name, func(t *testing.T) {
			service.mu.Lock()
			service.seen, service.body = nil, ""
			service.mu.Unlock()
			got, err := fetch(open(t, registryFor(c.realm), c.o))
			if c.refuse {
				if !errors.Is(err, ErrRefused) || len(service.requests()) != 0 {
					t.Errorf("got %v; the service saw %q", err, service.requests())
				}
				return
			}
			if err != nil || got != "hello" || service.leaked() != c.sent {
				t.Errorf("got %q, %v; the service saw %q", got, err, service.requests())
			}
		})
	}
}

// TestTokenServiceRedirects: a token service can't pass the credentials on.
func TestTokenServiceRedirects(t *testing.T) {
	other := newSite(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, `{"token":"t1"}`) })
	for name, credential := range map[string]auth.CredentialFunc{"GET": secret, "POST": refreshing} {
		var home *site
		home = newSite(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
				return
			}
			w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="%s/token"`, home.URL))
			w.WriteHeader(http.StatusUnauthorized)
		})
		if _, err := fetch(open(t, home, Options{Credential: credential})); err == nil || other.leaked() {
			t.Errorf("%s: got %v; the other host saw %q", name, err, other.requests())
		}
	}
}

// TestDowngrade: a registry that is reached by https can't lead to http.
func TestDowngrade(t *testing.T) {
	tr := &trust{hasCredential: func(context.Context) (bool, error) { return true, nil }}
	tr.homeInternal.Store(true)
	https, http := origin{"https", "r.example", "443"}, origin{"http", "r.example", "80"}
	if err := tr.allow(https, http); !errors.Is(err, ErrRefused) {
		t.Errorf("https to http: %v", err)
	}
	if err := tr.allow(http, https); err != nil {
		t.Errorf("http to https: %v", err)
	}
	if _, err := tr.service(context.Background(), https, mustURL(t, "http://r.example/token")); !errors.Is(err, ErrRefused) {
		t.Errorf("token service by http: %v", err)
	}
	if ok, err := tr.service(context.Background(), origin{"https", "registry-1.docker.io", "443"}, mustURL(t, "https://auth.docker.io/token")); !ok || err != nil {
		t.Errorf("Docker Hub's token service: %t, %v", ok, err)
	}
}

// TestNamesOfPrivateAddresses: what a name stands for is judged when it is
// dialled.
func TestNamesOfPrivateAddresses(t *testing.T) {
	abroadCtx := context.WithValue(context.Background(), sideKey{}, abroad)
	for address, refused := range map[string]bool{
		"127.0.0.1:443": true, "10.0.0.8:80": true, "[::1]:1": true, "169.254.169.254:80": true,
		"[fd00::1]:1": true, "100.100.100.200:80": true, "8.8.8.8:443": false,
	} {
		tr := &trust{}
		if err := tr.dialled(abroadCtx, "tcp", address, nil); errors.Is(err, ErrRefused) != refused {
			t.Errorf("%s from a public registry: %v", address, err)
		}
		if err := tr.dialled(context.WithValue(context.Background(), sideKey{}, atHome), "tcp", "10.0.0.1:5000", nil); err != nil {
			t.Error(err)
		}
		err := tr.dialled(abroadCtx, "tcp", address, nil)
		if want := strings.HasPrefix(address, "169.254") || strings.HasPrefix(address, "100."); errors.Is(err, ErrRefused) != want {
			t.Errorf("%s from a private registry: %v", address, err)
		}
	}
}

// TestDowngradeByRedirect: what began with https doesn't go on with http.
func TestDowngradeByRedirect(t *testing.T) {
	other := newSite(t, func(w http.ResponseWriter, r *http.Request) { w.Write(blob) })
	home := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusFound)
	}))
	defer home.Close()
	repo, err := Open(orasregistry.Reference{Registry: strings.TrimPrefix(home.URL, "https://"), Repository: "p"},
		Options{CAFile: caFile(t, home), Credential: secret})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fetch(repo); !errors.Is(err, ErrRefused) || len(other.requests()) != 0 {
		t.Errorf("got %v; the other host saw %q", err, other.requests())
	}
}

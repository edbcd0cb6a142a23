package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	orasregistry "oras.land/oras-go/v2/registry"
	"oras.land/oras-go/v2/registry/remote/errcode"
)

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestRetries: what may pass is tried again, a bounded number of times; what
// will not pass is not.
func TestRetries(t *testing.T) {
	for name, c := range map[string]struct {
		fail  func(w http.ResponseWriter)
		times int // how often it fails
		sent  int32
		ok    bool
	}{
		"429":                  {status(429, "0"), 2, 3, true},
		"503":                  {status(503, ""), 2, 3, true},
		"500 for ever":         {status(500, ""), 99, 5, false},
		"429, come back never": {status(429, "99999999"), 99, 5, false},
		"reset":                {reset, 2, 3, true},
		"401":                  {status(401, ""), 99, 1, false},
		"403":                  {status(403, ""), 99, 1, false},
		"404":                  {status(404, ""), 99, 1, false},
		"501":                  {status(501, ""), 99, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			var n atomic.Int32
			home := newSite(t, func(w http.ResponseWriter, r *http.Request) {
				if int(n.Add(1)) <= c.times {
					c.fail(w)
					return
				}
				w.Write(blob)
			})
			got, err := fetch(open(t, home, Options{}))
			if (err == nil && got == "hello") != c.ok || n.Load() != c.sent {
				t.Errorf("got %q, %v after %d requests, want %d", got, err, n.Load(), c.sent)
			}
		})
	}
}

func status(code int, after string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		if after != "" {
			w.Header().Set("Retry-After", after)
		}
		w.WriteHeader(code)
	}
}

// reset breaks the connection instead of an answer.
func reset(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

func TestPauses(t *testing.T) {
	p := &policy{attempts: 5, maxWait: 2 * time.Second, base: 100 * time.Millisecond}
	seen := map[time.Duration]bool{}
	for range 50 {
		d, _ := p.Retry(1, &http.Response{StatusCode: 503}, nil)
		if d < 100*time.Millisecond || d > 300*time.Millisecond {
			t.Fatalf("second attempt after %s", d)
		}
		seen[d] = true
	}
	if len(seen) < 10 {
		t.Errorf("%d different pauses of 50: no jitter", len(seen))
	}
	asked := func(after string) time.Duration {
		d, _ := p.Retry(0, &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {after}}}, nil)
		return d
	}
	if d := asked("1"); d < time.Second || d > 1100*time.Millisecond {
		t.Errorf("Retry-After 1: %s", d)
	}
	for _, far := range []string{"3600", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)} {
		if d := asked(far); d != p.maxWait {
			t.Errorf("Retry-After %s: %s", far, d)
		}
	}
	for _, odd := range []string{"-1", "soon", "99999999999999999999"} {
		if d := asked(odd); d > 200*time.Millisecond {
			t.Errorf("Retry-After %s: %s", odd, d)
		}
	}
	if d, _ := p.Retry(4, nil, io.EOF); d >= 0 {
		t.Error("a sixth attempt")
	}
}

func TestTransient(t *testing.T) {
	for err, want := range map[error]bool{
		io.ErrUnexpectedEOF: true, syscall.ECONNRESET: true, ErrStalled: true, context.DeadlineExceeded: true,
		&net.OpError{Op: "readfrom", Err: net.ErrClosed}: true, &net.OpError{Op: "remote error", Err: errors.New("tls: bad certificate")}: false,
		context.Canceled: false, ErrRefused: false, errors.New("x509: unknown authority"): false,
		&errcode.ErrorResponse{StatusCode: 503}: true, &errcode.ErrorResponse{StatusCode: 404}: false,
	} {
		if got := Transient(fmt.Errorf("x: %w", err)); got != want {
			t.Errorf("%v: got %t", err, got)
		}
	}
}

// TestStalls: a server that stops moving is left; one that is slow is not.
func TestStalls(t *testing.T) {
	release := make(chan struct{})
	for name, c := range map[string]struct {
		handle http.HandlerFunc
		ok     bool
	}{
		"no header":  {func(w http.ResponseWriter, r *http.Request) { <-release }, false},
		"no body":    {func(w http.ResponseWriter, r *http.Request) { w.(http.Flusher).Flush(); <-release }, false},
		"mid-body":   {func(w http.ResponseWriter, r *http.Request) { trickle(w, "he", 0); <-release }, false},
		"slow, goes": {func(w http.ResponseWriter, r *http.Request) { trickle(w, "hello", 60*time.Millisecond) }, true},
	} {
		home := newSite(t, c.handle)
		got, err := fetch(open(t, home, Options{Stall: 200 * time.Millisecond, Attempts: 1}))
		if c.ok != (err == nil && got == "hello") || !c.ok && !errors.Is(err, ErrStalled) {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	close(release)
}

func trickle(w http.ResponseWriter, text string, pause time.Duration) {
	for _, c := range text {
		io.WriteString(w, string(c))
		w.(http.Flusher).Flush()
		time.Sleep(pause)
	}
}

func TestRedact(t *testing.T) {
	secret := "https://me:hunter2@cdn.example/blob?X-Amz-Signature=hunter2&digest=sha256:00#hunter2"
	for _, err := range []error{
		&url.Error{Op: "Get", URL: secret, Err: io.EOF},
		fmt.Errorf("pull: %w", &url.Error{Op: "Get", URL: secret, Err: io.EOF}),
		&errcode.ErrorResponse{Method: "GET", URL: mustURL(t, secret), StatusCode: 403},
		&url.Error{Op: "Get", URL: "https://cdn.example/%zz?hunter2", Err: io.EOF},
	} {
		var inner *url.Error
		text := Redact(err).Error()
		if errors.As(err, &inner) {
			text = inner.Error()
		}
		if strings.Contains(text, "hunter2") {
			t.Errorf("shows a secret: %s", text)
		}
		if !strings.Contains(text, "zz") && !strings.Contains(text, "withheld") && !strings.Contains(text, "sha256") {
			t.Errorf("shows too little: %s", text)
		}
	}
}

// TestErrorsOfSignedURLs: the URL that a registry redirects to is a secret for
// an hour, and not part of an error.
func TestErrorsOfSignedURLs(t *testing.T) {
	for name, fail := range map[string]func(http.ResponseWriter){"status": status(403, ""), "reset": reset} {
		other := newSite(t, func(w http.ResponseWriter, r *http.Request) { fail(w) })
		home := newSite(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+"/blob?X-Signature=hunter2", http.StatusFound)
		})
		_, err := fetch(open(t, home, Options{}))
		if err == nil || strings.Contains(Redact(err).Error(), "hunter2") || !strings.Contains(err.Error(), "blob") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestChallenges(t *testing.T) {
	for challenge, want := range map[string]string{
		`Bearer realm="https://a.example/t",service="s"`:    "https://a.example/t",
		`bearer service="realm=x", realm=https://a.example`: "https://a.example",
		`Bearer scope="a,b",realm="https://a\.example/"`:    "https://a.example/",
		`Basic realm="https://a.example"`:                   "",
		``:                                                  "",
		`Bearer realm="`:                                    "error",
		`Bearer x`:                                          "error",
		`Bearer realm="a.example"`:                          "error",
		"Bearer " + strings.Repeat("x", 9000):               "error",
	} {
		got := ""
		u, ok, err := realmOf(challenge)
		if ok {
			got = u.String()
		}
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%.60s: got %q, want %q", challenge, got, want)
		}
	}
}

func FuzzChallenge(f *testing.F) {
	f.Add(`Bearer realm="https://a.example/t",service="s"`)
	f.Add(`Bearer realm="\`)
	f.Fuzz(func(t *testing.T, challenge string) {
		if u, ok, err := realmOf(challenge); ok && err == nil && (u == nil || u.Host == "" || u.User != nil) {
			t.Errorf("%q: %v", challenge, u)
		}
	})
}

// TestTrustedCertificates: a registry with its own authority needs CAFile.
func TestTrustedCertificates(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write(blob) }))
	defer server.Close()
	for file, ok := range map[string]bool{"": false, caFile(t, server): true} {
		repo, err := Open(orasregistry.Reference{Registry: strings.TrimPrefix(server.URL, "https://"), Repository: "p"},
			Options{CAFile: file, Credential: nobody, Attempts: 1})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := fetch(repo); (err == nil && got == "hello") != ok {
			t.Errorf("CAFile %q: got %q, %v", file, got, err)
		}
	}
	for _, bad := range []string{"/does/not/exist", "retry_test.go"} {
		if _, err := Open(orasregistry.Reference{Registry: "r", Repository: "p"}, Options{CAFile: bad, Credential: nobody}); err == nil {
			t.Errorf("CAFile %s: no error", bad)
		}
	}
}

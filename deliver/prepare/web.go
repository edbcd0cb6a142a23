package prepare

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/sluiceproxy/sluice/build/oci/registry"
	"github.com/sluiceproxy/sluice/deliver/internal/cleanurl"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

const (
	// attempts bounds how often a server is asked, as by Istio's agent.
	attempts = 5
	// firstPause is before the second attempt, and doubles.
	firstPause = 500 * time.Millisecond
	// maxRedirects bounds how often a server may name another one.
	maxRedirects = 5
	// attemptTime bounds one attempt.
	attemptTime = time.Minute
)

// fromWeb gets a module from a web server.
func (p *Preparer) fromWeb(ctx context.Context, w *wasmplugin.Plugin) (*fetched, error) {
	if w.SHA256 == "" && p.o.OCI.Policy != nil {
		err := fmt.Errorf("%w: %s is no image; give its sha256 in the resource", ErrUnverifiable, cleanurl.Of(w.URL))
		return nil, failed(w, Verify, "policy", err)
	}
	if code := p.remembered(w); code != nil {
		f, err := p.judge(w, code)
		if f != nil {
			f.fromStore = true
		}
		return f, err
	}
	body, err := p.get(ctx, w)
	var code []byte
	if err == nil {
		code, err = unbox(body)
	}
	if err != nil {
		f := p.webStandIn(w, err)
		if f == nil {
			return nil, failed(w, Fetch, "server", fmt.Errorf("%s: %w", cleanurl.Of(w.URL), err))
		}
		return f, nil
	}
	f, err := p.judge(w, code)
	if err == nil {
		err = failed(w, Write, "disk", p.remember(w, code))
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// webStandIn is what a server that is down gave the last time.
func (p *Preparer) webStandIn(w *wasmplugin.Plugin, down error) *fetched {
	code := p.lastOf(w.URL)
	if !isDown(down) || code == nil {
		return nil
	}
	f, err := p.judge(w, code)
	if err != nil {
		return nil
	}
	f.fromStore = true
	f.warnings = append(f.warnings, fmt.Sprintf("the server can't be asked, so this is what it gave the last time: %v", down))
	return f
}

// get asks a server until it answers.
func (p *Preparer) get(ctx context.Context, w *wasmplugin.Plugin) ([]byte, error) {
	pause := firstPause
	for n := 1; ; n++ {
		body, again, err := p.getOnce(ctx, w.URL)
		if err == nil || !again || n == attempts || ctx.Err() != nil {
			return body, err
		}
		p.o.tell(Event{Plugin: Key(w), Step: Fetch, URL: cleanurl.Of(w.URL), Error: err.Error(), Again: true})
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(pause):
			pause *= 2
		}
	}
}

// getOnce asks once. again says that another attempt may succeed.
func (p *Preparer) getOnce(ctx context.Context, url string) (body []byte, again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, false, fmt.Errorf("%w: %w", ErrUnsupported, registry.Redact(err))
	}
	client := &http.Client{Transport: p.o.HTTP, CheckRedirect: redirect}
	res, err := client.Do(req)
	if err != nil {
		return nil, !errors.Is(err, ErrUnsupported), registry.Redact(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		_, _ = io.CopyN(io.Discard, res.Body, 4096)
		return nil, passing(res.StatusCode), &StatusError{Status: res.StatusCode}
	}
	body, err = bounded(res.Body)
	return body, err != nil && registry.Transient(err), err
}

// redirect follows a server to other web servers, and never from https to http.
func redirect(req *http.Request, via []*http.Request) error {
	switch {
	case len(via) > maxRedirects:
		return fmt.Errorf("%w: more than %d redirects", ErrUnsupported, maxRedirects)
	case req.URL.Scheme != "http" && req.URL.Scheme != "https":
		return fmt.Errorf("%w: a redirect to %.20q", ErrUnsupported, req.URL.Scheme+"://")
	case req.URL.Scheme == "http" && via[0].URL.Scheme == "https":
		return fmt.Errorf("%w: a redirect from https to http", ErrUnsupported)
	}
	return nil
}

// passing reports whether a status may be another one soon, as Istio's agent has it.
func passing(status int) bool {
	switch status {
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported, http.StatusLoopDetected, http.StatusNetworkAuthenticationRequired:
		return false
	}
	return status >= 500
}

// StatusError is the answer of a web server that has no module.
type StatusError struct{ Status int }

// Error names the status.
func (e *StatusError) Error() string {
	return fmt.Sprintf("the server answered %d %s", e.Status, http.StatusText(e.Status))
}

package trace

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxBody bounds what is read of a response, and maxShown what is shown, in bytes.
const (
	maxBody  = 1 << 20
	maxShown = 80
)

// answer is what came back for the request.
type answer struct {
	finding
	// again says that there was a request before, reused that it was sent on the
	// connection of that one.
	again, reused bool
}

// request sends the request of the options.
func (t *Tracer) request(ctx context.Context) answer {
	r := t.o.Request
	if r == nil {
		return answer{finding: unknown("give a request that the plugin acts on with --url, and --expect-header, --expect-status or --expect-body", "no request was sent")}
	}
	a := answer{again: t.spoke}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { a.reused = i.Reused }})
	ctx, cancel := context.WithTimeout(ctx, t.o.Timeout)
	defer cancel()
	got, err := t.send(ctx, r)
	if t.spoke = err == nil; err != nil {
		a.finding = fail("see that --url is a listener of Envoy, and that it is active (step \"load\")", err.Error())
		return a
	}
	a.finding = t.compare(r, got)
	return a
}

// response is one that was read, its body as far as maxBody.
type response struct {
	code   int
	status string
	header http.Header
	body   []byte
}

func (t *Tracer) send(ctx context.Context, r *Request) (response, error) {
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL, strings.NewReader(r.Body))
	if err != nil {
		return response{}, errors.New("--url and --method make no request: want http://HOST:PORT/PATH")
	}
	if req.Header = r.Header.Clone(); req.Header == nil {
		req.Header = http.Header{}
	}
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host
		req.Header.Del("Host")
	}
	resp, err := t.client.Do(req)
	if err != nil {
		return response{}, withoutQuery(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	return response{resp.StatusCode, resp.Status, resp.Header, body}, err
}

// withoutQuery takes out of an error what may be a secret.
func withoutQuery(err error) error {
	var e *url.Error
	if !errors.As(err, &e) {
		return err
	}
	text, _, _ := strings.Cut(e.URL, "?")
	return fmt.Errorf("%s %s: %w", e.Op, text, e.Err)
}

// compare says what of the response is not as it shall be.
func (t *Tracer) compare(r *Request, got response) finding {
	facts := []string{"status " + got.status}
	var wrong []string
	if r.Status != 0 && got.code != r.Status {
		wrong = append(wrong, fmt.Sprintf("the status is not %d", r.Status))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		value := strings.Join(got.header.Values(name), ", ")
		if got.header.Values(name) == nil {
			wrong = append(wrong, "there is no header "+name)
			continue
		}
		facts = append(facts, name+": "+t.shown(name, value))
		if want := r.Headers.Get(name); want != "" && want != value {
			wrong = append(wrong, fmt.Sprintf("the header %s is not %s", name, t.shown(name, want)))
		}
	}
	if r.Contains != "" {
		facts = append(facts, "body "+t.masked(got.body))
		if !strings.Contains(string(got.body), r.Contains) {
			wrong = append(wrong, "the body does not have "+t.masked([]byte(r.Contains)))
		}
	}
	if len(wrong) > 0 {
		return fail("if the steps before are ok, see the plugin's configuration, its match and rules, and its log in Envoy's", append(facts, wrong...)...)
	}
	if r.Status == 0 && len(r.Headers) == 0 && r.Contains == "" {
		return unknown("say what the plugin makes of it with --expect-header, --expect-status or --expect-body", append(facts, "not compared")...)
	}
	return ok(facts...)
}

func (t *Tracer) shown(header, value string) string {
	if value != "" && t.o.Secret(header) {
		return "***"
	}
	return t.masked([]byte(value))
}

// masked is the beginning of a text, unless a name in it tells of a secret.
func (t *Tracer) masked(text []byte) string {
	words := strings.FieldsFunc(string(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '_' && r != '-' })
	if slices.ContainsFunc(words, t.o.Secret) {
		return "***"
	}
	return excerpt(text)
}

// excerpt is the beginning of a text.
func excerpt(text []byte) string {
	if !utf8.Valid(text) {
		return fmt.Sprintf("of %d bytes", len(text))
	}
	if len(text) > maxShown {
		return fmt.Sprintf("%q…", strings.ToValidUTF8(string(text[:maxShown]), ""))
	}
	return fmt.Sprintf("%q", text)
}

package call

import (
	"context"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/coroutine"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// Cluster names an upstream service; package wrapper has a type for each kind.
type Cluster = wrapper.Cluster

// DefaultTimeout of an HTTP call.
const DefaultTimeout = 500 * time.Millisecond

// grace is how long after its timeout a call is given up for which the host has
// not even told that.
const grace = 250 * time.Millisecond

// Client sends HTTP requests to one cluster. Its methods must be called in a
// straight-line handler, and return when the answer is there.
//
// A url is a path with a query, or a whole URL, whose host becomes :authority;
// escapes in it are kept as they are. An answer of any status is a Response; an
// error, of type *Error, means that there was none.
type Client struct {
	cluster  Cluster
	defaults []Option
}

// New returns the client for a cluster. Nothing is checked or connected until a
// request is sent. The options hold for each request, before its own.
func New(cluster Cluster, defaults ...Option) *Client {
	return &Client{cluster: cluster, defaults: defaults}
}

// Get sends a GET request.
func (c *Client) Get(ctx context.Context, url string, options ...Option) (*Response, error) {
	return c.send(ctx, "GET", url, nil, options)
}

// Head sends a HEAD request.
func (c *Client) Head(ctx context.Context, url string, options ...Option) (*Response, error) {
	return c.send(ctx, "HEAD", url, nil, options)
}

// Options sends an OPTIONS request.
func (c *Client) Options(ctx context.Context, url string, options ...Option) (*Response, error) {
	return c.send(ctx, "OPTIONS", url, nil, options)
}

// Delete sends a DELETE request.
func (c *Client) Delete(ctx context.Context, url string, options ...Option) (*Response, error) {
	return c.send(ctx, "DELETE", url, nil, options)
}

// Post sends a POST request; body may be nil.
func (c *Client) Post(ctx context.Context, url string, body []byte, options ...Option) (*Response, error) {
	return c.send(ctx, "POST", url, body, options)
}

// Put sends a PUT request; body may be nil.
func (c *Client) Put(ctx context.Context, url string, body []byte, options ...Option) (*Response, error) {
	return c.send(ctx, "PUT", url, body, options)
}

// Patch sends a PATCH request; body may be nil.
func (c *Client) Patch(ctx context.Context, url string, body []byte, options ...Option) (*Response, error) {
	return c.send(ctx, "PATCH", url, body, options)
}

// Do sends a request with any method; see Body for its body.
func (c *Client) Do(ctx context.Context, method, url string, options ...Option) (*Response, error) {
	return c.send(ctx, method, url, nil, options)
}

func (c *Client) send(ctx context.Context, method, url string, body []byte, options []Option) (*Response, error) {
	r := request{timeout: DefaultTimeout, body: body}
	r.apply(c.defaults)
	r.apply(options)
	limit, err := coroutine.Check(ctx, r.timeout)
	if err != nil {
		return nil, c.fail(method, url, waitError(err), "")
	}
	a := &answer{}
	err = wrapper.HttpCall(c.cluster, method, url, r.headers, r.body, a.take, milliseconds(limit))
	if err != nil {
		detail, err := sendError(err)
		return nil, c.fail(method, url, err, detail)
	}
	if err := a.wait.Park(ctx, limit+grace); err != nil {
		return nil, c.fail(method, url, waitError(err), "")
	}
	if a.reason != nil {
		return nil, c.fail(method, url, a.reason, string(a.response.Body))
	}
	return &a.response, nil
}

func (c *Client) fail(method, url string, err error, detail string) error {
	path, _, _ := strings.Cut(url, "?") // a query may hold secrets
	e := &Error{Op: method + " " + path, Detail: detail, Err: err}
	if err != ErrNoHandler && err != ErrStreamEnded { // else a RouteCluster has no name
		e.Cluster = c.cluster.ClusterName()
	}
	return e
}

// milliseconds rounds up, as 0 would mean the default.
func milliseconds(d time.Duration) uint32 {
	return uint32(min((d+time.Millisecond-1)/time.Millisecond, 1<<31-1))
}

// answer is a call under way and, later, its answer.
type answer struct {
	wait     coroutine.Wait
	response Response
	reason   error
}

// take runs when the host has the answer.
func (a *answer) take(status int, headers [][2]string, body []byte) {
	a.response = Response{StatusCode: status, Header: headers, Body: body}
	a.reason = madeUp(status, headers, body)
	a.wait.Wake()
}

package record

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/upstream"
)

// Defaults of Options.
const (
	DefaultMaxBody  = 64 << 10
	DefaultMaxBytes = 256 << 20
)

// Options say what a Recorder keeps, and where.
type Options struct {
	// Path is the file. What it holds already stays: exchanges are added. Its mode
	// becomes 0600.
	Path string
	// Masks say what is not kept.
	Masks Masks
	// MaxBody is how much is kept of each body, in bytes; 0 means DefaultMaxBody,
	// negative that no bodies are.
	MaxBody int
	// MaxBytes is how long the file and the one before it, with ".1" at the end of
	// its name, may get together; 0 means DefaultMaxBytes.
	MaxBytes int64
	// OnError is told once why recording has ended early: exchanges go on. nil
	// drops it.
	OnError func(error)
}

// Recorder keeps what passes a gateway: its Wrap goes around the gateway's handler,
// and it is the Tap of the clusters. It is safe for concurrent use.
type Recorder struct {
	o     Options
	masks *Masks // with the secrets of the configurations; replaced as a whole

	mu     sync.Mutex // guards what follows, and masks
	file   *file
	failed bool
	open   map[*capture]bool // exchanges that run
}

var _ upstream.Tap = (*Recorder)(nil)

// New opens the file.
func New(o Options) (*Recorder, error) {
	if o.MaxBody == 0 {
		o.MaxBody = DefaultMaxBody
	}
	o.MaxBody = max(o.MaxBody, 0)
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	f, err := openFile(o.Path, o.MaxBytes)
	if err != nil {
		return nil, err
	}
	return &Recorder{o: o, masks: &o.Masks, file: f, open: map[*capture]bool{}}, nil
}

// Chain notes which plugins run from now on. What their configurations call a
// secret is masked in exchanges, too.
func (r *Recorder) Chain(plugins []Plugin) {
	m := Masks{Names: r.o.Masks.Names}
	c := Chain{Time: time.Now(), Plugins: []Plugin{}, Masks: m.Names}
	for _, p := range plugins {
		m = m.With(p.Config)
		p.Config = m.Config(p.Config)
		c.Plugins = append(c.Plugins, p)
	}
	line, err := encode(c)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.masks = &m
	if err == nil && !r.failed {
		err = r.file.begin(line)
	}
	r.fail(err)
}

// Close ends the recording.
func (r *Recorder) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = true
	return r.file.f.Close()
}

// fail ends the recording. r.mu must be held.
func (r *Recorder) fail(err error) {
	if err == nil || r.failed {
		return
	}
	r.failed = true
	if r.o.OnError != nil {
		r.o.OnError(err)
	}
}

// Wrap is a handler that records what h does.
func (r *Recorder) Wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		x := &capture{max: r.o.MaxBody, began: time.Now()}
		x.e = Exchange{Time: x.began, Protocol: req.Proto, Client: req.RemoteAddr, Request: RequestOf(req)}
		if req.ProtoMajor == 2 {
			x.e.Protocol = "HTTP/2"
		}
		inner := req.WithContext(context.WithValue(req.Context(), captureKey{}, x))
		inner.Body = x.reader(req.Body, &x.request)
		tap := &writer{ResponseWriter: w, x: x}
		x.e.Broken = true
		r.begin(x)
		defer func() { // also when the handler breaks off the response
			r.keep(x, req, tap)
		}()
		h.ServeHTTP(tap, inner)
		x.set(func() { x.e.Broken = false })
	})
}

func (r *Recorder) begin(x *capture) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open[x] = true
}

// keep writes an exchange that has ended.
func (r *Recorder) keep(x *capture, req *http.Request, w *writer) {
	e := x.finish(req, w)
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, x)
	if r.failed {
		return
	}
	r.masks.Exchange(&e)
	line, err := encode(e)
	if err == nil {
		err = r.file.write(line)
	}
	r.fail(err)
}

// HTTP implements upstream.Tap.
func (r *Recorder) HTTP(cluster string, req *http.Request, next http.RoundTripper) (*http.Response, error) {
	x, _ := req.Context().Value(captureKey{}).(*capture)
	switch {
	case cluster == Bridge && req.Header.Get(BridgeHeader) != "":
		return r.bridged(x, req, next)
	case x == nil:
		return next.RoundTrip(req)
	}
	return x.roundTrip(cluster, req, next)
}

// Redis implements upstream.Tap.
func (r *Recorder) Redis(ctx context.Context, cluster string, query []byte, answer host.RedisResponse) {
	x, _ := ctx.Value(captureKey{}).(*capture)
	if x == nil {
		return
	}
	c := &call{Call: Call{Cluster: cluster, Query: append(Bytes(nil), query...), Reply: append(Bytes(nil), answer.Body...)}, callout: true}
	if answer.Err != nil {
		c.Error = answer.Err.Error()
	}
	x.set(func() { x.calls = append(x.calls, c) })
}

package gateway

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/filter"
)

// exchange is one request and its response.
//
// The goroutine of net/http (the main one) drives it: it feeds the request
// headers, sends the request, feeds the response, and writes what comes out to
// the client. A request with a body has one more goroutine, which feeds that
// body. What a plugin causes at another time, for example after a callout, comes
// in on the goroutine that brought it; it is left in out and call, and the main
// one is told.
type exchange struct {
	g      *Gateway
	set    *set
	worker *worker
	conn   *connection
	w      http.ResponseWriter
	r      *http.Request
	rc     *http.ResponseController
	start  time.Time
	ctx    context.Context // ends when the upstream is not needed any more
	cancel context.CancelFunc

	// Used inside the worker only.
	stream  *filter.Stream
	headers *host.HeaderMap
	route   *Route
	routed  bool // route is valid
	status  int
	upgrade bool
	timer   *time.Timer
	sentAt  time.Time // the request was complete, for x-envoy-upstream-service-time
	ended   time.Time

	mu        sync.Mutex // guards what follows
	changed   *sync.Cond // the request may be read on
	out       []event
	call      *call   // the upstream request that the chain asked for
	sent      *call   // the same, once taken
	driving   bool    // the main goroutine is inside do, and flushes after it
	reading   bool    // the main goroutine waits for the upstream
	paused    [2]bool // reading of that direction pauses
	local     bool    // the chain answers by itself
	over      bool    // nothing more will come out
	timedOut  bool
	received  bool // the request has come in completely
	address   string
	resSize   int64
	reqSize   int64
	clientErr error
	gone      bool // the exchange ended before its response was complete

	wake chan struct{} // something changed that the main goroutine waits for
	down downstream
	body chan struct{} // closed when the body's goroutine has ended; nil if there is none
}

// connection is one client connection.
type connection struct {
	id      uint64
	worker  uint64
	watched *watched // nil in a server of somebody else's
}

type connectionKey struct{}

// serve is the handler.
func (g *Gateway) serve(w http.ResponseWriter, r *http.Request) {
	if c, _ := r.Context().Value(connectionKey{}).(*connection); c != nil && c.watched != nil {
		c.watched.handled.Store(true)
	}
	if !r.ProtoAtLeast(1, 1) {
		g.refuse(w, r, http.StatusUpgradeRequired) // as Envoy answers HTTP/1.0
		return
	}
	s := g.acquire()
	if s == nil {
		g.refuse(w, r, http.StatusServiceUnavailable)
		return
	}
	defer s.release()
	x := g.newExchange(w, r, s)
	x.run()
	if x.down.broken {
		panic(http.ErrAbortHandler) // the client must not take it for complete
	}
}

// refuse answers a request that no chain gets to see.
func (g *Gateway) refuse(w http.ResponseWriter, r *http.Request, status int) {
	w.Header().Set("Connection", "close")
	w.WriteHeader(status)
	details := refusedDetails(status)
	if status == http.StatusServiceUnavailable {
		details = "closing"
	}
	g.logRefused(Entry{Method: r.Method, Path: r.RequestURI, Authority: r.Host, Protocol: protocol(r), Status: status, Details: details})
}

func (g *Gateway) newExchange(w http.ResponseWriter, r *http.Request, s *set) *exchange {
	x := &exchange{g: g, set: s, w: w, r: r, rc: http.NewResponseController(w), start: time.Now(),
		wake: make(chan struct{}, 1)}
	x.changed = sync.NewCond(&x.mu)
	x.ctx, x.cancel = context.WithCancel(r.Context())
	x.conn, _ = r.Context().Value(connectionKey{}).(*connection)
	if x.conn == nil {
		x.conn = &connection{worker: g.next.Add(1)}
	}
	x.worker = s.workers[x.conn.worker%uint64(len(s.workers))]
	x.down.x = x
	return x
}

// run is the main goroutine.
func (x *exchange) run() {
	defer x.finish()
	h, ok := x.g.requestHeaders(x.r)
	end := x.r.ContentLength == 0 || x.r.Body == nil || x.r.Body == http.NoBody
	if end && !isUpgrade(x.r) {
		x.received = true
	}
	x.do(func() { x.begin(h, ok, x.received) })
	if !end {
		x.startBody()
	}
	for {
		x.down.flush()
		if x.isOver() {
			return
		}
		select {
		case <-x.wake:
		case <-x.r.Context().Done():
			return
		}
		if c := x.takeCall(); c != nil {
			x.proxy(c)
		}
	}
}

// begin makes the stream and feeds the request headers.
func (x *exchange) begin(h *host.HeaderMap, ok, end bool) {
	for _, sl := range x.worker.slots {
		sl.revive()
	}
	x.headers = h
	x.stream = filter.New(filter.Options{Plugins: x.worker.chain, Sink: x, Info: x, BufferLimit: x.g.o.BufferLimit,
		EndOnStatus2: x.g.o.EndOnStatus2, Warn: x.warn, Context: x.r.Context()})
	if !ok {
		x.stream.SendLocalReply(host.LocalReply{Status: http.StatusForbidden, Details: "upgrade_failed", GRPCStatus: -1})
		return
	}
	if end {
		x.sentAt = time.Now()
	}
	x.upgrade = isUpgrade(x.r)
	x.stream.OnRequestHeaders(h, end)
}

func (x *exchange) warn(plugin, msg string) {
	x.g.log(host.LogWarn, plugin, x.r.Method+" "+x.r.URL.Path+": "+msg)
}

// do runs f in the worker, from the main goroutine, which flushes after it.
func (x *exchange) do(f func()) {
	x.setDriving(true)
	x.worker.Do(f)
	x.setDriving(false)
}

func (x *exchange) setDriving(on bool) {
	x.mu.Lock()
	x.driving = on
	x.mu.Unlock()
}

// notify tells the main goroutine that something came out or changed. If it is
// busy with the upstream, what came out is written on a goroutine of its own.
// x.mu must be held.
func (x *exchange) notify() {
	x.changed.Broadcast()
	select {
	case x.wake <- struct{}{}:
	default:
	}
	if !x.driving && x.reading && len(x.out) > 0 {
		go x.down.flush()
	}
}

func (x *exchange) isOver() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.over && len(x.out) == 0 || x.clientErr != nil
}

// fail ends the exchange because the client is gone.
func (x *exchange) fail(err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.over {
		return
	}
	if x.clientErr == nil {
		x.clientErr = err
	}
	x.cancel()
	x.notify()
}

// finish ends what is left, tells the plugins and writes the access log.
func (x *exchange) finish() {
	x.cancel()
	x.do(x.end)
	x.mu.Lock()
	x.gone = !x.over
	x.over = true
	if c := x.sent; c != nil {
		c.body.close()
	}
	x.changed.Broadcast()
	x.mu.Unlock()
	x.endBody()
	x.down.close(x.gone)
	x.logAccess()
}

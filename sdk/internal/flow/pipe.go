package flow

// Numbers of the ABI's actions, which for headers and bodies differ.
const (
	actionContinue = 0
	actionStop     = 1 // of headers: but body callbacks run
	actionEnd      = 2 // of headers; gateways take it for actionContinue
	actionUnseen   = 2 // of a body: held back, and not shown again
	actionDrop     = 3 // of a body
)

// Calls are what a Pipe needs of the stream that it belongs to.
type Calls interface {
	// Headers, Body and Trailers call plugin i, counted in this direction, and
	// return its action. A body's size is that of what the plugin sees.
	Headers(i int, end bool) (action uint32)
	Body(i, size int, end bool) (action uint32)
	Trailers(i int) (action uint32)
	// Cut takes n bytes out of what the gateway shows of the body.
	Cut(start, n int)
	// MayWait reports whether the headers of plugins behind i may wait for a body.
	MayWait(i int) bool
	// Over reports that this direction has ended early: the stream was answered
	// or reset.
	Over() bool
}

// Pipe is one direction of an exchange. The zero value is ready for Begin.
type Pipe struct {
	calls    Calls
	stations []station
	sink     int    // bytes that have passed all plugins and wait in the gateway
	unshown  int    // bytes that the gateway holds and doesn't show again
	shown    int    // bytes that it holds and shows
	phase    phase  // of the gateway's callback that runs, or ran last
	stop     uint32 // the action that held something back last
	held     bool   // the gateway was told to hold back
	two      bool   // a plugin's headers returned actionEnd
	ended    bool   // the headers are all there is
	closing  bool   // the trailers have come in
}

type phase uint8

const (
	none phase = iota
	inHeaders
	inBody
	inTrailers
)

// Begin makes p the pipe of a new stream through n plugins.
func (p *Pipe) Begin(n int, calls Calls) {
	stations := p.stations[:0]
	for range n {
		stations = append(stations, station{})
	}
	*p = Pipe{calls: calls, stations: stations}
}

// Began reports whether the gateway has shown anything of this direction.
func (p *Pipe) Began() bool { return p.phase != none }

// Headers takes the headers from the gateway.
func (p *Pipe) Headers(end bool) {
	p.phase, p.ended = inHeaders, end
	p.passHeaders(0)
}

// Body takes the body from the gateway: size bytes are shown, with those that
// were held back before.
func (p *Pipe) Body(size int, end bool) {
	p.skipHeaders()
	p.phase = inBody
	came := max(size-p.shown, 0)
	p.shown += came
	p.passBody(0, came, end)
}

// Trailers takes the trailers from the gateway.
func (p *Pipe) Trailers() {
	p.skipHeaders()
	p.phase, p.closing = inTrailers, true
	p.passTrailers(0)
}

// skipHeaders makes a pipe whose headers no plugin wanted to see one that has
// passed them on.
func (p *Pipe) skipHeaders() {
	if p.phase != none {
		return
	}
	for i := range p.stations {
		p.stations[i].headers = passed
	}
}

// Verdict is what to answer the gateway at the end of its callback.
func (p *Pipe) Verdict() uint32 {
	switch {
	case p.calls.Over():
		return max(p.stop, actionStop)
	case p.free():
		p.release()
		if p.two && p.phase == inHeaders {
			return actionEnd
		}
		return actionContinue
	}
	p.held = true
	if p.phase == inBody {
		return p.holdBody()
	}
	if p.phase == inTrailers || p.stopsAll() {
		return actionStop
	}
	return p.stop
}

// stopsAll reports whether a plugin holds back the body with the headers, and the
// gateway must bring it nevertheless: once it holds it back, it does so until the
// headers have gone on, and plugins behind that one could wait for it in vain.
func (p *Pipe) stopsAll() bool {
	for i := range p.stations {
		if p.stations[i].headers == stopped {
			return p.calls.MayWait(i)
		}
	}
	return false
}

// holdBody chooses how the gateway keeps a body. Only what no other plugin will
// want to see may be put out of sight.
func (p *Pipe) holdBody() uint32 {
	last := &p.stations[len(p.stations)-1]
	switch all := p.shown + p.unshown; {
	case p.stop == actionUnseen && last.holds && last.window == all:
		p.unshown, p.shown = all, 0
		return actionUnseen
	case p.stop == actionDrop && p.shown == 0:
		return actionDrop
	default:
		p.unshown, p.shown = 0, all
		return actionStop
	}
}

// Released reports, once, that the gateway holds back what nobody else does: it
// is to be told to go on.
func (p *Pipe) Released() bool {
	if !p.held || p.calls.Over() || !p.free() {
		return false
	}
	p.release()
	return true
}

func (p *Pipe) release() { p.held, p.sink, p.shown, p.unshown = false, 0, 0, 0 }

func (p *Pipe) free() bool {
	for i := range p.stations {
		if !p.stations[i].free(p.closing) {
			return false
		}
	}
	return true
}

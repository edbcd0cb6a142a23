package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// h2Window is how much the peer may send ahead.
const h2Window = 1 << 20

// h2Conn is a connection of HTTP/2, of either side.
type h2Conn struct {
	c      net.Conn
	fr     *http2.Framer
	accept func(*Stream) // serves a new stream; nil on the client's side

	wmu sync.Mutex // held while a frame is written
	enc *hpack.Encoder
	buf bytes.Buffer

	mu      sync.Mutex
	cond    *sync.Cond // the windows have grown, or the connection ended
	streams map[uint32]*h2Stream
	window  int64 // what may still be sent
	initial int64 // a new stream's window
	gone    error
}

func newH2(c net.Conn, r io.Reader, accept func(*Stream)) *h2Conn {
	h := &h2Conn{c: c, fr: http2.NewFramer(c, r), accept: accept, streams: map[uint32]*h2Stream{}, window: 65535, initial: 65535}
	h.cond = sync.NewCond(&h.mu)
	h.enc = hpack.NewEncoder(&h.buf)
	h.fr.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	h.fr.MaxHeaderListSize = maxHead
	return h
}

// greet sends this side's settings.
func (h *h2Conn) greet() error {
	h.wmu.Lock()
	defer h.wmu.Unlock()
	return errors.Join(
		h.fr.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: h2Window}, http2.Setting{ID: http2.SettingEnablePush, Val: 0}),
		h.fr.WriteWindowUpdate(0, h2Window))
}

func (h *h2Conn) open(id uint32) *h2Stream {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := &h2Stream{conn: h, id: id, window: h.initial}
	s.Stream = Stream{Protocol: "HTTP/2", out: s}
	h.streams[id] = s
	return s
}

func (h *h2Conn) stream(id uint32) *h2Stream {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.streams[id]
}

// read takes frames until the connection ends.
func (h *h2Conn) read() {
	for {
		f, err := h.fr.ReadFrame()
		var bad http2.StreamError
		if errors.As(err, &bad) {
			if s := h.stream(bad.StreamID); s != nil {
				s.in.fail(fmt.Errorf("%w: %w", ErrMessage, err))
			}
			continue
		}
		if err == nil {
			err = h.take(f)
		}
		if err != nil {
			h.end(err)
			return
		}
	}
}

// end fails what is under way.
func (h *h2Conn) end(err error) {
	_ = h.c.Close()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gone = fmt.Errorf("%w: %w", ErrReset, err)
	for _, s := range h.streams {
		s.in.fail(h.gone)
	}
	h.cond.Broadcast()
}

// take handles a frame.
func (h *h2Conn) take(f http2.Frame) error {
	switch f := f.(type) {
	case *http2.MetaHeadersFrame:
		return h.headers(f)
	case *http2.DataFrame:
		return h.body(f)
	case *http2.RSTStreamFrame:
		if s := h.stream(f.StreamID); s != nil && (f.ErrCode != http2.ErrCodeNo || !s.in.ended()) {
			s.in.fail(fmt.Errorf("%w: %s", ErrReset, f.ErrCode))
		}
	case *http2.SettingsFrame:
		return h.settings(f)
	case *http2.PingFrame:
		if !f.IsAck() {
			h.wmu.Lock()
			defer h.wmu.Unlock()
			return h.fr.WritePing(true, f.Data)
		}
	case *http2.WindowUpdateFrame:
		h.grow(f.StreamID, int64(f.Increment))
	}
	return nil
}

func (h *h2Conn) settings(f *http2.SettingsFrame) error {
	if f.IsAck() {
		return nil
	}
	if size, ok := f.Value(http2.SettingInitialWindowSize); ok {
		h.mu.Lock()
		for _, s := range h.streams {
			s.window += int64(size) - h.initial
		}
		h.initial = int64(size)
		h.cond.Broadcast()
		h.mu.Unlock()
	}
	h.wmu.Lock()
	defer h.wmu.Unlock()
	return h.fr.WriteSettingsAck()
}

func (h *h2Conn) grow(id uint32, by int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s := h.streams[id]; s != nil {
		s.window += by
	} else if id == 0 {
		h.window += by
	}
	h.cond.Broadcast()
}

// headers takes a head, or trailers.
func (h *h2Conn) headers(f *http2.MetaHeadersFrame) error {
	s := h.stream(f.StreamID)
	if s == nil {
		if h.accept == nil {
			return fmt.Errorf("%w: headers for no stream", ErrMessage)
		}
		s = h.open(f.StreamID)
		go func() {
			h.accept(&s.Stream)
			h.forget(s)
		}()
	}
	head := headOf(f)
	switch {
	case head.Status >= 100 && head.Status < 200:
	case s.begun:
		s.in.push(Event{Trailers: head.Fields, End: f.StreamEnded()})
	default:
		s.begun = true
		s.in.push(Event{Head: &head, End: f.StreamEnded()})
	}
	return nil
}

func (h *h2Conn) forget(s *h2Stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.streams, s.id)
}

func headOf(f *http2.MetaHeadersFrame) (h Head) {
	for _, p := range f.Fields {
		switch p.Name {
		case ":method":
			h.Method = p.Value
		case ":path":
			h.Path = p.Value
		case ":authority":
			h.Authority = p.Value
		case ":status":
			h.Status, _ = strconv.Atoi(p.Value)
		default:
			if !strings.HasPrefix(p.Name, ":") {
				h.Fields = append(h.Fields, [2]string{p.Name, p.Value})
			}
		}
	}
	return h
}

// body takes a piece of a body and lets the peer send as much again.
func (h *h2Conn) body(f *http2.DataFrame) error {
	if s := h.stream(f.StreamID); s != nil {
		s.in.push(Event{Data: append([]byte(nil), f.Data()...), End: f.StreamEnded()})
	}
	if f.Length == 0 {
		return nil
	}
	h.wmu.Lock()
	defer h.wmu.Unlock()
	return errors.Join(h.fr.WriteWindowUpdate(0, f.Length), h.fr.WriteWindowUpdate(f.StreamID, f.Length))
}

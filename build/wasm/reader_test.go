package wasm

import (
	"errors"
	"testing"
)

func TestULEB(t *testing.T) {
	for _, tt := range []struct {
		data []byte
		bits uint
		want uint64
		err  error
	}{
		{[]byte{0}, 32, 0, nil},
		{[]byte{0x7f}, 32, 127, nil},
		{[]byte{0x80, 1}, 32, 128, nil},
		{[]byte{0x80, 0x80, 0x80, 0x80, 0}, 32, 0, nil}, // longer than it must be
		{[]byte{0xff, 0xff, 0xff, 0xff, 0x0f}, 32, 1<<32 - 1, nil},
		{[]byte{0xff, 0xff, 0xff, 0xff, 0x1f}, 32, 0, errLEB},
		{[]byte{0x80, 0x80, 0x80, 0x80, 0x80, 0}, 32, 0, errLEB},
		{[]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, 64, 1<<64 - 1, nil},
		{[]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 3}, 64, 0, errLEB},
		{[]byte{0x80}, 32, 0, ErrTruncated},
		{nil, 32, 0, ErrTruncated},
	} {
		r := newReader("test", tt.data)
		got := r.uleb(tt.bits, "number")
		if got != tt.want || !errors.Is(r.err, tt.err) {
			t.Errorf("% x in %d bits = %d, %v, want %d, %v", tt.data, tt.bits, got, r.err, tt.want, tt.err)
		}
		if tt.err == nil && r.end() != nil {
			t.Errorf("% x: %v", tt.data, r.end())
		}
	}
}

func TestSkipLEB(t *testing.T) {
	for _, tt := range []struct {
		data []byte
		bits uint
		pos  int
		err  error
	}{
		{[]byte{0x40, 9}, 33, 1, nil},
		{[]byte{0x80, 0x80, 0x80, 0x80, 0x70, 9}, 33, 5, nil},
		{[]byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x70}, 33, 6, errLEB},
		{[]byte{0xff, 0xff}, 33, 2, ErrTruncated},
	} {
		r := newReader("test", tt.data)
		r.skipLEB(tt.bits, "number")
		if r.pos != tt.pos || !errors.Is(r.err, tt.err) {
			t.Errorf("% x: at %d, %v, want %d, %v", tt.data, r.pos, r.err, tt.pos, tt.err)
		}
	}
}

// TestFirstErrorSticks: after an error nothing is read any more, and the place
// of the first one is kept.
func TestFirstErrorSticks(t *testing.T) {
	r := newReader("test", []byte{1, 2, 3})
	r.bytes(9, "first")
	if r.byte("second") != 0 || r.u32("third") != 0 || r.name("fourth") != "" || r.count("fifth") != 0 || r.more() {
		t.Error("read on after an error")
	}
	var syntax *SyntaxError
	if !errors.As(r.end(), &syntax) || syntax.What != "first" || syntax.Offset != 0 {
		t.Errorf("error is %v", r.end())
	}
	if got := r.err.Error(); got != "test section, offset 0: first: the file ends too early" {
		t.Errorf("error is %q", got)
	}
}

func TestAppendS32(t *testing.T) {
	for v, want := range map[int32]string{
		0: "\x00", 52: "\x34", 63: "\x3f", 64: "\xc0\x00", -1: "\x7f", -64: "\x40", -65: "\xbf\x7f",
		1<<31 - 1: "\xff\xff\xff\xff\x07", -1 << 31: "\x80\x80\x80\x80\x78",
	} {
		if got := appendS32(nil, v); string(got) != want {
			t.Errorf("%d is % x, want % x", v, got, want)
		}
	}
}

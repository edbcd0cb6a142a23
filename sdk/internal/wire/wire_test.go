package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

var samples = []Message{
	{Kind: Hello, Name: Version},
	{Kind: Ready},
	{Kind: Call, Name: "proxy_on_request_headers", Values: []Value{{Type: Number, Number: 2}, {Type: Number, Number: 1<<64 - 1}}},
	{Kind: Return, Values: []Value{{Type: Number}}},
	{Kind: HostCall, Name: "proxy_get_property", Values: []Value{{Type: Bytes, Bytes: []byte("a\x00b")}, {Type: GetBytes}, {Type: GetUint32}, {Type: GetUint64}}},
	{Kind: Reply, Values: []Value{{Type: Number}, {Type: Bytes, Bytes: bytes.Repeat([]byte("x"), 100<<10)}, {Type: Bytes, Bytes: []byte{}}}},
}

func TestRoundTrip(t *testing.T) {
	var all bytes.Buffer
	var buffer []byte
	var err error
	for _, m := range samples {
		if buffer, err = Write(&all, buffer, m); err != nil {
			t.Fatal(err)
		}
	}
	in := iotest.OneByteReader(&all)
	for _, want := range samples {
		if m, err := Read(in); err != nil || !reflect.DeepEqual(m, want) {
			t.Errorf("got %+v, %v, want %+v", m, err, want)
		}
	}
	if _, err := Read(in); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v", err)
	}
}

func TestEarlyEnd(t *testing.T) {
	frame := Append(nil, samples[5])
	for _, n := range []int{1, 3, 4, 5, 20, len(frame) - 1} {
		if _, err := Read(bytes.NewReader(frame[:n])); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	small := Append(nil, samples[2])
	for n := 1; n < len(small); n++ {
		if _, err := Read(bytes.NewReader(small[:n])); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

// TestLyingLength: a frame that says more than comes must not get the memory.
func TestLyingLength(t *testing.T) {
	frame := binary.LittleEndian.AppendUint32(nil, MaxFrame)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Read(bytes.NewReader(append(frame, "little"...))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("%d bytes were allocated for a frame of 6", got)
	}
	if _, err := Read(bytes.NewReader(binary.LittleEndian.AppendUint32(nil, MaxFrame+1))); !errors.Is(err, ErrFrame) {
		t.Error(err)
	}
}

func TestWriteRefuses(t *testing.T) {
	var out bytes.Buffer
	for name, m := range map[string]Message{
		"name":   {Kind: Call, Name: strings.Repeat("n", MaxName+1)},
		"values": {Kind: Call, Values: make([]Value, MaxValues+1)},
		"bytes":  {Kind: Reply, Values: []Value{{Type: Bytes, Bytes: make([]byte, MaxFrame)}}},
	} {
		if _, err := Write(&out, nil, m); !errors.Is(err, ErrFrame) || out.Len() > 0 {
			t.Errorf("%s: %v, %d bytes sent", name, err, out.Len())
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"nothing":         {},
		"no name":         {byte(Call)},
		"short name":      {byte(Call), 3, 'a', 'b'},
		"kind 0":          {0, 0},
		"kind 7":          {byte(kindEnd), 0},
		"type 0":          {byte(Call), 0, 0},
		"type 6":          {byte(Call), 0, byte(typeEnd)},
		"short number":    {byte(Call), 0, byte(Number), 1, 2, 3},
		"no length":       {byte(Call), 0, byte(Bytes), 1, 2, 3},
		"length too long": {byte(Call), 0, byte(Bytes), 2, 0, 0, 0, 1},
		"huge length":     {byte(Call), 0, byte(Bytes), 255, 255, 255, 255, 1},
		"many values":     append([]byte{byte(Call), 0}, bytes.Repeat([]byte{byte(GetBytes)}, MaxValues+1)...),
	} {
		if m, err := Decode(b); !errors.Is(err, ErrMessage) {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
}

// FuzzDecode: what decodes is what encodes to the same bytes.
func FuzzDecode(f *testing.F) {
	for _, m := range samples[:5] {
		f.Add(Append(nil, m)[4:])
	}
	f.Add([]byte{byte(Call), 0, byte(Bytes), 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrMessage) {
				t.Error(err)
			}
			return
		}
		if got := Append(nil, m)[4:]; !bytes.Equal(got, b) {
			t.Errorf("%q becomes %q", b, got)
		}
	})
}

// TestTwins: the copies of the SDK and of the host are the same.
func TestTwins(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	for _, name := range []string{"wire.go", "wire_test.go"} {
		ours, err := os.ReadFile(filepath.Join(root, "sdk", "internal", "wire", name))
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := os.ReadFile(filepath.Join(root, "host", "internal", "wire", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(ours, theirs) {
			t.Errorf("%s differs between sdk/internal/wire and host/internal/wire: copy one over the other", name)
		}
	}
}

package image

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
)

// text is n bytes that compress somewhat.
func text(n int) []byte {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "%d local.get %d\n", r.IntN(50), r.IntN(9000))
	}
	return b.Bytes()[:n]
}

func compressed(t testing.TB, workers int, in []byte, chunk int) []byte {
	t.Helper()
	var out bytes.Buffer
	c := newCompressor(&out)
	c.workers = workers
	for part := in; len(part) > 0; part = part[min(chunk, len(part)):] {
		if n, err := c.Write(part[:min(chunk, len(part))]); err != nil || n == 0 {
			t.Fatal(n, err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestCompressor: any reader of gzip gets back what was written, and neither the
// number of processors nor the size of the writes changes a byte.
func TestCompressor(t *testing.T) {
	for _, n := range []int{0, 1, 511, pieceSize - 1, pieceSize, pieceSize + 1, 3*pieceSize + 12345} {
		in := text(n)
		one := compressed(t, 1, in, 1<<20)
		for workers, chunk := range map[int]int{2: 512, 4: 32 << 10, 3: 5 << 20} {
			if got := compressed(t, workers, in, chunk); !bytes.Equal(got, one) {
				t.Errorf("%d bytes: %d workers and writes of %d give other bytes than one worker", n, workers, chunk)
			}
		}
		z, err := gzip.NewReader(bytes.NewReader(one))
		if err != nil {
			t.Fatal(err)
		}
		if out, err := io.ReadAll(z); err != nil || !bytes.Equal(out, in) {
			t.Errorf("%d bytes: got %d, %v", n, len(out), err)
		}
	}
}

// TestCompressorRatio: pieces cost next to nothing beside one stream.
func TestCompressorRatio(t *testing.T) {
	in := text(6 << 20)
	var plain bytes.Buffer
	z := gzip.NewWriter(&plain)
	z.Write(in)
	z.Close()
	if got := len(compressed(t, 2, in, 1<<20)); got > plain.Len()*101/100 {
		t.Errorf("%d bytes, in one stream %d", got, plain.Len())
	}
}

type failing struct{ after int }

var errFull = errors.New("full")

func (f *failing) Write(p []byte) (int, error) {
	if f.after -= len(p); f.after < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// TestCompressorFails: the error of the place that it is written to comes out.
func TestCompressorFails(t *testing.T) {
	for _, after := range []int{0, 5, 10, 100 << 10} {
		c := newCompressor(&failing{after})
		_, err := c.Write(text(4 * pieceSize))
		if closing := c.Close(); !errors.Is(closing, errFull) {
			t.Errorf("after %d bytes: %v, then %v", after, err, closing)
		}
	}
}

func BenchmarkCompress(b *testing.B) {
	in := text(6 << 20)
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		compressed(b, 2, in, 32<<10)
	}
}

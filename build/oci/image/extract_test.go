package image

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// module is what the tests pack: gateways' rules about it are not this
// package's.
var module = []byte("\x00asm\x01\x00\x00\x00 and more")

// zipped compresses a stream.
func zipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// entry is one of a tar file.
type entry struct {
	name string
	kind byte
	link string
	body string
}

func file(name, body string) entry { return entry{name, tar.TypeReg, "", body} }

func tarOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Typeflag: e.kind, Linkname: e.link, Size: int64(len(e.body)), Mode: 0o644}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, e.body)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// imageOf makes an image whose last layer is the given one.
func imageOf(t testing.TB, mediaType string, layer []byte) (*Memory, *Node) {
	t.Helper()
	m := NewMemory()
	return m, nodeOf(t, m, m.Add(ocispec.MediaTypeImageConfig, []byte("{}")), m.Add(mediaType, layer))
}

func nodeOf(t testing.TB, m *Memory, config ocispec.Descriptor, layers ...ocispec.Descriptor) *Node {
	t.Helper()
	p := &packer{Memory: m}
	var err error
	if m.Root, err = p.manifest(ocispec.MediaTypeImageManifest, config, layers, nil); err != nil {
		t.Fatal(err)
	}
	n, err := Read(context.Background(), m, m.Root)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func extract(t testing.TB, layer []byte) (string, error) {
	t.Helper()
	m, n := imageOf(t, ocispec.MediaTypeImageLayerGzip, layer)
	var out bytes.Buffer
	_, err := Extract(context.Background(), m, n, &out)
	return out.String(), err
}

func TestExtract(t *testing.T) {
	good := tarOf(t, file(PluginFile, "wasm"))
	for name, c := range map[string]struct {
		tar  []byte
		want error
	}{
		"alone":                 {good, nil},
		"in a directory":        {tarOf(t, entry{"a/", tar.TypeDir, "", ""}, file("a/plugin.wasm", "wasm")), nil},
		"among others":          {tarOf(t, file("LICENSE", "x"), file("./plugin.wasm", "wasm"), file("z", "x")), nil},
		"no such file":          {tarOf(t, file("main.wasm", "wasm")), ErrNoModule},
		"empty":                 {tarOf(t), ErrNoModule},
		"other case":            {tarOf(t, file("Plugin.wasm", "wasm")), ErrNoModule},
		"case clash":            {tarOf(t, file("plugin.wasm", "wasm"), file("PLUGIN.WASM", "evil")), ErrUnsafe},
		"twice":                 {tarOf(t, file("plugin.wasm", "wasm"), file("a/plugin.wasm", "evil")), ErrUnsafe},
		"parent":                {tarOf(t, file("../plugin.wasm", "wasm")), ErrUnsafe},
		"parent in the middle":  {tarOf(t, file("a/../../plugin.wasm", "wasm")), ErrUnsafe},
		"absolute":              {tarOf(t, file("/plugin.wasm", "wasm")), ErrUnsafe},
		"backslashes":           {tarOf(t, file(`..\plugin.wasm`, "wasm")), ErrUnsafe},
		"drive":                 {tarOf(t, file(`C:plugin.wasm`, "wasm")), ErrUnsafe},
		"symlink":               {tarOf(t, entry{PluginFile, tar.TypeSymlink, "/etc/passwd", ""}), ErrUnsafe},
		"symlink beside":        {tarOf(t, file(PluginFile, "wasm"), entry{"x", tar.TypeSymlink, "..", ""}), ErrUnsafe},
		"hard link":             {tarOf(t, entry{PluginFile, tar.TypeLink, "/etc/passwd", ""}), ErrUnsafe},
		"character device":      {tarOf(t, entry{PluginFile, tar.TypeChar, "", ""}), ErrUnsafe},
		"block device":          {tarOf(t, entry{PluginFile, tar.TypeBlock, "", ""}), ErrUnsafe},
		"pipe":                  {tarOf(t, entry{PluginFile, tar.TypeFifo, "", ""}), ErrUnsafe},
		"cut":                   {good[:514], ErrMalformed},
		"cut in the header":     {good[:100], ErrMalformed},
		"not a tar file":        {bytes.Repeat([]byte("x"), 2048), ErrMalformed},
		"2^46 bytes":            {huge(1 << 46), ErrLimit},
		"one byte too many":     {huge(MaxModule + 1), ErrLimit},
		"as large as may be":    {huge(MaxModule), ErrMalformed}, // and cut
		"negative size":         {huge(-1), ErrMalformed},
		"many entries":          {manyEntries(t), ErrLimit},
		"header without an end": {bytes.Repeat(good[:512], 1), ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := extract(t, zipped(t, c.tar))
			if !errors.Is(err, c.want) || c.want == nil && got != "wasm" {
				t.Errorf("got %q, %v, want %v", got, err, c.want)
			}
		})
	}
}

// huge is a tar header of 512 bytes that claims a size.
func huge(size int64) []byte {
	h := make([]byte, 512)
	copy(h, PluginFile)
	copy(h[100:], "0000644\x00")
	h[124] = 0x80 // base 256
	if size < 0 {
		h[124] = 0xff
	}
	binary.BigEndian.PutUint64(h[128:], uint64(size))
	h[156] = tar.TypeReg
	copy(h[257:], "ustar\x0000")
	copy(h[148:], "        ")
	sum := int64(0)
	for _, b := range h {
		sum += int64(b)
	}
	copy(h[148:], octal(sum)+"\x00 ")
	return h
}

func octal(n int64) string {
	text := []byte("000000")
	for i := 5; i >= 0; i-- {
		text[i] = byte('0' + n%8)
		n /= 8
	}
	return string(text)
}

func manyEntries(t testing.TB) []byte {
	entries := make([]entry, maxEntries+1)
	for i := range entries {
		entries[i] = file("x", "")
	}
	return tarOf(t, entries...)
}

func TestExtractBrokenGzip(t *testing.T) {
	good := zipped(t, tarOf(t, file(PluginFile, strings.Repeat("wasm", 1000))))
	flipped := bytes.Clone(good)
	flipped[len(flipped)-6] ^= 1 // the checksum
	for name, layer := range map[string][]byte{
		"not gzip": []byte("hello"), "empty": {}, "cut": good[:len(good)/2], "checksum": flipped,
	} {
		if _, err := extract(t, layer); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// zeros is an endless tar stream's body.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestBombs: what claims or unpacks to too much is refused, and costs little
// memory.
func TestBombs(t *testing.T) {
	var bomb bytes.Buffer
	z, _ := gzip.NewWriterLevel(&bomb, gzip.BestCompression)
	w := tar.NewWriter(z)
	for range 3 { // 600 MB of entries that each are small enough
		w.WriteHeader(&tar.Header{Name: "x", Typeflag: tar.TypeReg, Size: 200 << 20, Mode: 0o644})
		io.CopyN(w, zeros{}, 200<<20)
	}
	w.Close()
	z.Close()
	for name, layer := range map[string][]byte{"gzip bomb": bomb.Bytes(), "2^46 bytes": zipped(t, huge(1<<46))} {
		m, n := imageOf(t, ocispec.MediaTypeImageLayerGzip, layer)
		before := allocated()
		_, err := Extract(context.Background(), m, n, io.Discard)
		if used := allocated() - before; !errors.Is(err, ErrLimit) || used > 16<<20 {
			t.Errorf("%s: got %v with %d bytes allocated", name, err, used)
		}
	}
}

// allocated counts all bytes ever allocated, so that it bounds what was held.
func allocated() uint64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.TotalAlloc
}

// TestExtractFromWrongContent: a wrong digest is the error, whatever else is
// wrong.
func TestExtractFromWrongContent(t *testing.T) {
	m, n := imageOf(t, ocispec.MediaTypeImageLayerGzip, zipped(t, tarOf(t, file(PluginFile, "wasm"))))
	layer := n.Manifest.Layers[0]
	for i := range m.blobs[layer.Digest] {
		m.blobs[layer.Digest] = bytes.Clone(m.blobs[layer.Digest])
		m.blobs[layer.Digest][i] ^= 0x40
		if _, err := Extract(context.Background(), m, n, io.Discard); !errors.Is(err, ErrMismatch) && !errors.Is(err, ErrMalformed) {
			t.Fatalf("byte %d flipped: got %v", i, err)
		}
		m.blobs[layer.Digest][i] ^= 0x40
	}
}

func FuzzExtract(f *testing.F) {
	f.Add(tarOf(f, file(PluginFile, "wasm")), uint64(0))
	f.Add(huge(1<<46), uint64(1))
	f.Fuzz(func(t *testing.T, raw []byte, seed uint64) {
		layer := zipped(t, raw)
		if seed%2 == 1 && len(layer) > 0 {
			layer[rand.New(rand.NewPCG(seed, 1)).IntN(len(layer))] ^= byte(seed >> 8)
		}
		_, err := extract(t, layer)
		for _, known := range []error{ErrMalformed, ErrLimit, ErrUnsafe, ErrNoModule} {
			if errors.Is(err, known) {
				return
			}
		}
		if err != nil {
			t.Errorf("an error without a name: %v", err)
		}
	})
}

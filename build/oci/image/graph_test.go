package image

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

func rawDescriptor(mediaType, raw string) (*Memory, ocispec.Descriptor) {
	m := NewMemory()
	return m, m.Add(mediaType, []byte(raw))
}

const okDescriptor = `{"mediaType":"x","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":0}`

func TestReadRefuses(t *testing.T) {
	many := func(n int, of string) string { return "[" + strings.TrimSuffix(strings.Repeat(of+",", n), ",") + "]" }
	manifest := func(fields string) string {
		return `{"schemaVersion":2,"config":` + okDescriptor + `,` + fields + `}`
	}
	for name, c := range map[string]struct {
		mediaType, raw string
		want           error
	}{
		"100,000 layers":          {ocispec.MediaTypeImageManifest, manifest(`"layers":` + many(30000, okDescriptor)), ErrLimit},
		"65 layers":               {ocispec.MediaTypeImageManifest, manifest(`"layers":` + many(65, okDescriptor)), ErrLimit},
		"100,000 empty layers":    {ocispec.MediaTypeImageManifest, manifest(`"layers":` + many(100000, "{}")), ErrLimit},
		"65 children":             {ocispec.MediaTypeImageIndex, `{"schemaVersion":2,"manifests":` + many(65, okDescriptor) + `}`, ErrLimit},
		"5 MiB":                   {ocispec.MediaTypeImageManifest, manifest(`"x":"` + strings.Repeat("x", 5<<20) + `"`), ErrLimit},
		"huge config":             {ocispec.MediaTypeImageManifest, `{"schemaVersion":2,"config":{"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":99999999999}}`, ErrLimit},
		"index as manifest":       {ocispec.MediaTypeImageManifest, `{"schemaVersion":2,"manifests":[]}`, ErrMalformed},
		"manifest as index":       {ocispec.MediaTypeImageIndex, manifest(`"layers":[]`), ErrMalformed},
		"both":                    {ocispec.MediaTypeImageManifest, manifest(`"layers":[],"manifests":[]`), ErrMalformed},
		"says it is another":      {ocispec.MediaTypeImageManifest, manifest(`"mediaType":"` + DockerManifest + `"`), ErrMalformed},
		"layers twice":            {ocispec.MediaTypeImageManifest, manifest(`"layers":[],"layers":[` + okDescriptor + `]`), ErrMalformed},
		"layers and Layers":       {ocispec.MediaTypeImageManifest, manifest(`"layers":[],"Layers":[` + okDescriptor + `]`), ErrMalformed},
		"schema 1":                {ocispec.MediaTypeImageManifest, `{"schemaVersion":1}`, ErrMalformed},
		"no JSON":                 {ocispec.MediaTypeImageManifest, `hello`, ErrMalformed},
		"array":                   {ocispec.MediaTypeImageManifest, `[]`, ErrMalformed},
		"cut":                     {ocispec.MediaTypeImageManifest, `{"schemaVersion":2,`, ErrMalformed},
		"deep JSON":               {ocispec.MediaTypeImageManifest, manifest(`"x":` + strings.Repeat("[", 100000)), ErrMalformed},
		"negative size":           {ocispec.MediaTypeImageManifest, manifest(`"layers":[` + strings.Replace(okDescriptor, `"size":0`, `"size":-1`, 1) + `]`), ErrMalformed},
		"digest is a path":        {ocispec.MediaTypeImageManifest, manifest(`"layers":[{"digest":"sha256:../../etc/passwd","size":1}]`), ErrMalformed},
		"layer elsewhere":         {ocispec.MediaTypeImageManifest, manifest(`"layers":[` + strings.Replace(okDescriptor, `"size":0`, `"size":0,"urls":["http://x"]`, 1) + `]`), ErrMalformed},
		"not a manifest":          {"application/octet-stream", `{}`, ErrMalformed},
		"Docker schema 1, signed": {"application/vnd.docker.distribution.manifest.v1+prettyjws", `{}`, ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			m, d := rawDescriptor(c.mediaType, c.raw)
			if _, err := Read(context.Background(), m, d); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

// nest puts a manifest under depth indexes, each of which names the one below
// it width times.
func nest(m *Memory, depth, width int) ocispec.Descriptor {
	d := m.Add(ocispec.MediaTypeImageManifest, []byte(`{"schemaVersion":2,"config":`+okDescriptor+`}`))
	for range depth {
		index := ocispec.Index{}
		index.SchemaVersion = 2
		for range width {
			index.Manifests = append(index.Manifests, d)
		}
		raw, _ := json.Marshal(index)
		d = m.Add(ocispec.MediaTypeImageIndex, raw)
	}
	return d
}

// counting counts what is fetched.
type counting struct {
	*Memory
	n int
}

func (c *counting) Fetch(ctx context.Context, d ocispec.Descriptor) (io.ReadCloser, error) {
	c.n++
	return c.Memory.Fetch(ctx, d)
}

func TestReadDepth(t *testing.T) {
	m := NewMemory()
	if _, err := Read(context.Background(), m, nest(m, MaxDepth, 1)); !errors.Is(err, ErrLimit) {
		t.Errorf("too deep: got %v", err)
	}
	c := &counting{Memory: m}
	n, err := Read(context.Background(), c, nest(m, MaxDepth-1, MaxChildren))
	if err != nil || c.n != MaxDepth {
		t.Fatalf("got %v after %d fetches, want %d", err, c.n, MaxDepth)
	}
	visits := 0
	n.Walk(func(*Node) { visits++ })
	if visits != MaxDepth {
		t.Errorf("%d visits of %d manifests", visits, MaxDepth)
	}
}

func TestReadManyManifests(t *testing.T) {
	m := NewMemory()
	var top ocispec.Index
	top.SchemaVersion = 2
	for i := range 10 {
		var sub ocispec.Index
		sub.SchemaVersion = 2
		for j := range 30 {
			sub.Manifests = append(sub.Manifests, m.Add(ocispec.MediaTypeImageManifest, fmt.Appendf(nil, `{"schemaVersion":2,"config":%s,"x":"%d %d"}`, okDescriptor, i, j)))
		}
		raw, _ := json.Marshal(sub)
		top.Manifests = append(top.Manifests, m.Add(ocispec.MediaTypeImageIndex, raw))
	}
	raw, _ := json.Marshal(top)
	if _, err := Read(context.Background(), m, m.Add(ocispec.MediaTypeImageIndex, raw)); !errors.Is(err, ErrLimit) {
		t.Errorf("got %v", err)
	}
}

func TestVerify(t *testing.T) {
	want := ocispec.Descriptor{Digest: digest.FromString("hello"), Size: 5}
	for _, c := range []struct {
		content string
		want    ocispec.Descriptor
		says    string
	}{
		{"hello", want, ""},
		{"", ocispec.Descriptor{Digest: digest.FromString("")}, ""},
		{"hell", want, "cut short"},
		{"hello!", want, "more than the 5 bytes"},
		{"hullo", want, digest.FromString("hullo").String()},
		{"x", ocispec.Descriptor{Digest: digest.FromString("")}, "more than the 0 bytes"},
		{"hello", ocispec.Descriptor{Digest: "md5:x", Size: 5}, "not a digest"},
		{"hello", ocispec.Descriptor{Digest: want.Digest, Size: -5}, "size -5"},
	} {
		for _, chunk := range []int{1, 3, 512} {
			rc, err := Verify(io.NopCloser(strings.NewReader(c.content)), c.want)
			var got bytes.Buffer
			if err == nil {
				_, err = io.CopyBuffer(struct{ io.Writer }{&got}, struct{ io.Reader }{rc}, make([]byte, chunk))
			}
			if c.says == "" && (err != nil || got.String() != c.content) || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%q as %v in chunks of %d: got %q, %v", c.content, c.want, chunk, got.String(), err)
			}
			if c.says != "" && err != nil && got.Len() >= 5 {
				t.Errorf("%q: all of it was given out", c.content)
			}
		}
	}
}

func FuzzManifest(f *testing.F) {
	f.Add(true, []byte(`{"schemaVersion":2,"manifests":[`+okDescriptor+`]}`))
	f.Add(false, []byte(`{"schemaVersion":2,"config":`+okDescriptor+`,"layers":[`+okDescriptor+`]}`))
	f.Fuzz(func(t *testing.T, index bool, raw []byte) {
		mediaType := ocispec.MediaTypeImageManifest
		if index {
			mediaType = ocispec.MediaTypeImageIndex
		}
		m, i, err := parse(mediaType, raw)
		if err == nil && (m == nil) == (i == nil) || err != nil && !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrLimit) {
			t.Errorf("%v, %v, %v", m, i, err)
		}
	})
}

package host

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"strings"
	"testing"
)

func many(n int) [][2]string {
	p := make([][2]string, n)
	for i := range p {
		p[i] = [2]string{"n", "v"}
	}
	return p
}

func TestPairsRoundTrip(t *testing.T) {
	for _, p := range [][][2]string{{}, {{"", ""}}, {{"a", "1"}, {"b", "\x00\xff"}, {"a", ""}}, many(1024)} {
		b := AppendPairs(nil, p)
		if len(b) != PairsSize(p) {
			t.Errorf("PairsSize = %d, length %d", PairsSize(p), len(b))
		}
		got, err := DecodePairs(b)
		if err != nil || !reflect.DeepEqual(got, p) {
			t.Errorf("%d pairs: %v, %v", len(p), got, err)
		}
	}
}

func TestPairsDamaged(t *testing.T) {
	good := AppendPairs(nil, [][2]string{{"name", "value"}})
	change := func(i int, v byte) []byte { b := bytes.Clone(good); b[i] = v; return b }
	for name, b := range map[string][]byte{
		"nothing":             nil,
		"three bytes":         {1, 0, 0},
		"too many":            AppendPairs(nil, many(1025)),
		"too long":            AppendPairs(nil, [][2]string{{"a", strings.Repeat("x", 1<<20)}}),
		"count without sizes": {1, 0, 0, 0},
		"huge count":          binary.LittleEndian.AppendUint32(nil, 1<<31),
		"count too low":       change(0, 0),
		"count too high":      change(0, 2),
		"name too long":       change(4, 200),
		"name length 2^31":    change(7, 0x80),
		"value length 2^32-1": append(append(bytes.Clone(good[:8]), 255, 255, 255, 255), good[12:]...),
		"no zero behind name": change(4, 3),
		"no zero at end":      change(len(good)-1, 1),
		"cut":                 good[:len(good)-1],
		"longer":              append(bytes.Clone(good), 0),
	} {
		if p, err := DecodePairs(b); err != ErrBadPairs {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
}

func FuzzDecodePairs(f *testing.F) {
	f.Add([]byte{})
	f.Add(AppendPairs(nil, [][2]string{{"a", "1"}, {":path", "/"}}))
	f.Add([]byte{2, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := DecodePairs(b)
		if err == nil && !bytes.Equal(AppendPairs(nil, p), b) {
			t.Errorf("%q decodes to %q, which encodes differently", b, p)
		}
	})
}

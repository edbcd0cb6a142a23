package main

import (
	"bytes"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/attach"
)

func TestRow(t *testing.T) {
	for _, tt := range []struct {
		args []any
		want string
	}{
		{[]any{"a", 1}, "a\t1\n"},
		{[]any{"a\x1b[31m\nverified\tx", true}, `a\x1b[31m\nverified\tx` + "\ttrue\n"},
		{[]any{`a "b"`, "\u009b\u202e"}, `a "b"` + "\t" + `\u009b\u202e` + "\n"},
		{[]any{"\xff", filepath.Ext("x.y")}, `\xff` + "\t.y\n"},
		{[]any{"größer", attach.ByTag}, "größer\ttag\n"},
	} {
		var out bytes.Buffer
		if row(&out, "%v\t%v", tt.args...); out.String() != tt.want {
			t.Errorf("%q gives %q, want %q", tt.args, out.String(), tt.want)
		}
	}
}

// TestHugeParts: a manifest may claim any sizes, and any types.
func TestHugeParts(t *testing.T) {
	for _, terminal := range []bool{true, false} {
		var out bytes.Buffer
		p := &progress{w: &out, terminal: terminal, moved: map[string]int64{}, sizes: map[string]int64{}, now: time.Now}
		for _, d := range []string{"sha256:a", "sha256:b", "sha256:c"} {
			p.event(oci.Event{State: oci.Started, Digest: d, Size: math.MaxInt64, Moved: 1 << 40})
			p.event(oci.Event{State: oci.Done, Digest: d, Size: math.MaxInt64, Moved: math.MaxInt64, MediaType: "a\x1b[31m\nb"})
		}
		if text := out.String(); strings.Contains(text, "[31m") && strings.Contains(text, "\x1b[31m") {
			t.Errorf("terminal %t: %q", terminal, text)
		}
	}
}

// TestForgedLines: what the maker of an image chose adds no line to what is told
// about it, and nothing that a terminal acts on.
func TestForgedLines(t *testing.T) {
	const forged = "x\nverified  SHA256:0\n\x1b[31m"
	i := &oci.ImageDescription{
		MediaType: forged, Labels: map[string]string{forged: forged}, Annotations: map[string]string{forged: forged},
		Layers: []oci.Entry{{MediaType: forged, Digest: forged}}, Referrers: []oci.Entry{{Type: forged, Platform: forged, Digest: "sha256:" + forged}},
		Signatures: []oci.ClaimedSignature{{Name: forged, Annotations: map[string]any{forged: forged}}, {Problem: forged}},
	}
	var out bytes.Buffer
	if err := printImage(&out, "r.example/p", i); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(out.String(), "\n") {
		if strings.HasPrefix(line, "verified") || strings.Contains(line, "\x1b") {
			t.Errorf("%q", line)
		}
	}
}

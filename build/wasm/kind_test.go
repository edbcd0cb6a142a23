package wasm

import (
	"strings"
	"testing"
)

func TestKindOf(t *testing.T) {
	for _, tt := range []struct {
		code string
		want Kind
	}{
		{"", KindEmpty},
		{"\x00asm\x01\x00\x00\x00", KindModule},
		{"\x00asm\x01", KindModule},
		{"\x00asm\x0d\x00\x01\x00", KindComponent},
		{"\x00asm\x0a\x00\x01\x00", KindComponent},
		{"\x00asm\x02\x00\x00\x00", KindVersion},
		{"\x7fELF\x02\x01\x01", KindELF},
		{"\xcf\xfa\xed\xfe\x07", KindMachO},
		{"MZ\x90\x00", KindPE},
		{"!<arch>\n__.PKGDEF", KindArchive},
		{"\x1f\x8b\x08", KindGzip},
		{"PK\x03\x04", KindZip},
		{strings.Repeat("x\x00", 128) + "xustar\x00", KindTar},
		{"package main\n", KindText},
		{"apiVersion: v1\n", KindText},
		{strings.Repeat("x", 511) + "é and more", KindText},
		{"\n (module (func))", KindWAT},
		{"\x01\x02\x00", KindUnknown},
		{"\xff\xfe\xfd", KindUnknown},
	} {
		if got := KindOf([]byte(tt.code)); got != tt.want {
			t.Errorf("KindOf(%.20q) = %q, want %q", tt.code, got, tt.want)
		}
	}
}

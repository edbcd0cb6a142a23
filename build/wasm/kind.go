package wasm

import (
	"bytes"
	"unicode/utf8"
)

// Kind says what a file is, judged by its first bytes.
type Kind string

// The kinds of file that people hand to a gateway.
const (
	KindModule    Kind = "WebAssembly module"
	KindComponent Kind = "WebAssembly component"
	KindVersion   Kind = "WebAssembly of an unknown version"
	KindEmpty     Kind = "empty file"
	KindWAT       Kind = "WebAssembly text"
	KindText      Kind = "text file"
	KindELF       Kind = "native Linux program or library (ELF)"
	KindMachO     Kind = "native macOS program or library (Mach-O)"
	KindPE        Kind = "native Windows program or library (PE)"
	KindArchive   Kind = "Go object archive"
	KindGzip      Kind = "gzip archive"
	KindZip       Kind = "zip archive"
	KindTar       Kind = "tar archive"
	KindUnknown   Kind = "unknown binary file"
)

const (
	magic         = "\x00asm"
	versionModule = "\x01\x00\x00\x00"
)

// signatures are the first bytes of what is no WebAssembly module.
var signatures = []struct {
	prefix string
	kind   Kind
}{
	{"\x7fELF", KindELF},
	{"\xfe\xed\xfa\xce", KindMachO},
	{"\xfe\xed\xfa\xcf", KindMachO},
	{"\xce\xfa\xed\xfe", KindMachO},
	{"\xcf\xfa\xed\xfe", KindMachO},
	{"\xca\xfe\xba\xbe", KindMachO},
	{"MZ", KindPE},
	{"!<arch>\n", KindArchive},
	{"\x1f\x8b", KindGzip},
	{"PK\x03\x04", KindZip},
}

// KindOf judges a file by its first bytes. KindModule says only that the
// header is right, not that the rest can be read.
func KindOf(code []byte) Kind {
	if len(code) == 0 {
		return KindEmpty
	}
	if bytes.HasPrefix(code, []byte(magic)) {
		return kindOfVersion(code[len(magic):])
	}
	for _, s := range signatures {
		if bytes.HasPrefix(code, []byte(s.prefix)) {
			return s.kind
		}
	}
	if len(code) > 262 && string(code[257:262]) == "ustar" {
		return KindTar
	}
	return kindOfText(code)
}

// kindOfVersion tells a module from a component by the four bytes after the
// magic number. A file cut within them is taken for a module.
func kindOfVersion(b []byte) Kind {
	switch {
	case len(b) < len(versionModule) || string(b[:4]) == versionModule:
		return KindModule
	case b[2] == 1 && b[3] == 0: // the "layer" field of the component model
		return KindComponent
	default:
		return KindVersion
	}
}

func kindOfText(code []byte) Kind {
	head := code[:min(len(code), 512)]
	for len(head) > 0 && len(code) > len(head) && !utf8.RuneStart(code[len(head)]) {
		head = head[:len(head)-1] // cut at a rune's start
	}
	if bytes.IndexByte(head, 0) >= 0 || !utf8.Valid(head) {
		return KindUnknown
	}
	text := bytes.TrimSpace(head)
	if bytes.HasPrefix(text, []byte("(module")) || bytes.HasPrefix(text, []byte("(component")) {
		return KindWAT
	}
	return KindText
}

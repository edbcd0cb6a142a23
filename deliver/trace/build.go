package trace

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build"
)

// maxModule bounds a module that is read, in bytes.
const maxModule = 512 << 20

// built is the wasm file.
type built struct {
	file   string // "" for none
	sha256 string // "" if it can't be read
	size   int
	err    error
}

// findBuilt reads the file that is given, or that the resource itself names.
func (l *look) findBuilt() built {
	b := built{file: l.t.o.Wasm}
	if b.file == "" {
		b.file, _ = strings.CutPrefix(l.w.URL, "file://")
		if b.file == l.w.URL {
			return built{}
		}
	}
	code, err := readBounded(b.file)
	if err != nil {
		b.err = err
		return b
	}
	report, err := build.Inspect(code)
	b.sha256, b.size, b.err = sum(code), len(code), err
	for _, p := range report.Problems {
		if b.err == nil && slices.Contains(p.Targets, build.Envoy) {
			b.err = errors.New(p.Warning())
		}
	}
	return b
}

// compiled is step 1.
func (l *look) compiled() finding {
	b := l.built
	switch {
	case b.file == "":
		return unknown("give the file that was compiled with --wasm main.wasm", "no wasm file was given")
	case b.sha256 == "":
		return fail(`compile it with "sluice build -o `+b.file+`", or give another file with --wasm`, b.err.Error())
	}
	facts := []string{b.file, "sha256 " + b.sha256, fmt.Sprintf("%d bytes", b.size)}
	if b.err != nil {
		return fail(`"sluice inspect `+b.file+`" tells what is wrong with it`, append(facts, b.err.Error())...)
	}
	return ok(facts...)
}

// module is the SHA-256 that the module shall have, by the file or by the image,
// and who says so; "" where neither is known.
func (l *look) module() (sha, by string) {
	switch {
	case l.built.sha256 != "":
		return l.built.sha256, "the wasm file"
	case l.image.loaded != nil:
		return l.image.loaded.SHA256, "the registry's image"
	default:
		return "", ""
	}
}

// same compares a module's SHA-256 with the one that it shall have.
func (l *look) same(sha, what, do string) finding {
	want, by := l.module()
	switch {
	case want == "":
		return ok(what+" has sha256 "+sha, "not compared: neither --wasm nor the registry tells what it shall be")
	case want != sha:
		return fail(do, fmt.Sprintf("%s has sha256 %s, and %s has %s", what, sha, by, want))
	default:
		return ok(fmt.Sprintf("%s has sha256 %s, as %s", what, sha, by))
	}
}

func readBounded(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	code, err := io.ReadAll(io.LimitReader(f, maxModule+1))
	if err == nil && len(code) > maxModule {
		err = errors.New(file + ": it is too large for a module")
	}
	return code, err
}

func sum(code []byte) string {
	s := sha256.Sum256(code)
	return hex.EncodeToString(s[:])
}

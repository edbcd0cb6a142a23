package prepare

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/build/atomicfile"
)

// Folders below Options.Dir, and the end of a module's name in it.
const (
	goodDir = "last-good"
	urlDir  = "urls"
	ext     = ".wasm"
)

// write puts a module into its file, which all plugins with the module share. A
// file that is there is compared, and replaced where it is damaged.
func (p *Preparer) write(code []byte, sum string) (path string, err error) {
	path = filepath.Join(p.o.Dir, sum+ext)
	if intact(path, sum) {
		now := time.Now()
		_ = os.Chtimes(path, now, now) // it is in use: Prune looks at that
		return path, nil
	}
	if err := os.MkdirAll(p.o.Dir, 0o755); err != nil { // somebody may have removed it
		return "", err
	}
	return path, atomicfile.WriteFile(path, code, 0o644)
}

// intact reports whether a file has the content of the digest in its name.
func intact(path, sum string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return false
	}
	return hex.EncodeToString(h.Sum(nil)) == sum
}

// kept reads a module from its file, and is nil where it isn't there undamaged.
func (p *Preparer) kept(sum string) []byte {
	if p.o.Dir == "" || len(sum) != sha256.Size*2 || strings.Trim(sum, "0123456789abcdef") != "" {
		return nil
	}
	code, err := os.ReadFile(filepath.Join(p.o.Dir, sum+ext))
	if err != nil || sha256Of(code) != sum {
		return nil
	}
	return code
}

// maxRecord bounds a record that is read.
const maxRecord = 16 << 20

// recordPath is the file of a record about something with a long name.
func (p *Preparer) recordPath(dir, name string) string {
	return filepath.Join(p.o.Dir, dir, sha256Of([]byte(name))+".json")
}

// readRecord reads a record; fs.ErrNotExist is in the error where there is none.
func (p *Preparer) readRecord(dir, name string, to any) error {
	if p.o.Dir == "" {
		return fs.ErrNotExist
	}
	return readJSON(p.recordPath(dir, name), to)
}

func readJSON(path string, to any) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxRecord))
	if err != nil {
		return err
	}
	return json.Unmarshal(text, to)
}

// writeRecord writes a record in one step. Configurations may hold secrets, so
// nobody else may read it.
func (p *Preparer) writeRecord(dir, name string, record any) error {
	if p.o.Dir == "" {
		return nil
	}
	text, err := json.Marshal(record)
	if err == nil {
		err = os.MkdirAll(filepath.Join(p.o.Dir, dir), 0o700)
	}
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(p.recordPath(dir, name), text, 0o600)
}

// records calls f with each record of a kind; what can't be read is left out.
func records[T any](p *Preparer, dir string, f func(path string, record *T)) error {
	entries, err := os.ReadDir(filepath.Join(p.o.Dir, dir))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	for _, e := range entries {
		path, record := filepath.Join(p.o.Dir, dir, e.Name()), new(T)
		if filepath.Ext(path) == ".json" && readJSON(path, record) == nil {
			f(path, record)
		}
	}
	return nil
}

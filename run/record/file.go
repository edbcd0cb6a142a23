package record

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

// file is a recording that is written. When it is half as long as it may get, it
// is renamed, and a new one begins.
type file struct {
	path string
	most int64 // bytes of both files together
	f    *os.File
	size int64
	head []byte // the line of the chain that runs, which every file begins with
}

// openFile opens a recording for writing at its end. Only its owner may read it.
func openFile(path string, most int64) (*file, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no regular file", path)
	}
	if err == nil {
		err = f.Chmod(0o600) // it may have been there with other rights
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return &file{path: path, most: most, f: f, size: info.Size()}, nil
}

// encode makes a line.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

func (f *file) write(line []byte) error {
	if f.size > 0 && f.size+int64(len(line)) > f.most/2 {
		if err := f.rotate(); err != nil {
			return err
		}
	}
	n, err := f.f.Write(line)
	f.size += int64(n)
	return err
}

// begin writes the line that stands for what runs from now on.
func (f *file) begin(line []byte) error {
	f.head = line
	return f.write(line)
}

func (f *file) rotate() error {
	if err := f.f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.path, f.path+".1"); err != nil {
		return err
	}
	next, err := openFile(f.path, f.most)
	if err != nil {
		return err
	}
	f.f, f.size = next.f, next.size
	n, err := f.f.Write(f.head)
	f.size += int64(n)
	return err
}

package layout

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// files is what a layout is read from.
type files interface {
	// open returns a regular file by its slash-separated name, and its size.
	open(name string) (io.ReadCloser, int64, error)
	Close() error
}

// ErrUnsafe is in the error about a layout with entries that lead elsewhere.
var ErrUnsafe = errors.New("unsafe layout")

// dirFiles is a directory. Links out of it are not followed.
type dirFiles struct{ *os.Root }

func (d dirFiles) open(name string) (io.ReadCloser, int64, error) {
	f, err := d.Open(name)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: %s is no regular file", ErrUnsafe, name)
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// isMissing reports whether err says that a file isn't there.
func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

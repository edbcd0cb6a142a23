//go:build !unix

package layout

import (
	"errors"
	"io/fs"
	"os"
	"time"
)

// lock waits until this process alone may change the index. A file that a
// crash left is taken over after a minute.
func lock(path string) (unlock func(), err error) {
	for {
		f, err := os.OpenFile(path+".held", os.O_CREATE|os.O_EXCL, 0o644)
		if err == nil {
			return func() { _ = f.Close(); _ = os.Remove(path + ".held") }, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		if info, err := os.Stat(path + ".held"); err == nil && time.Since(info.ModTime()) > time.Minute {
			_ = os.Remove(path + ".held")
		}
		time.Sleep(50 * time.Millisecond)
	}
}

//go:build !unix

package filelock

import (
	"errors"
	"io/fs"
	"os"
	"time"
)

// stale is when a lock that a crash left is taken over.
const stale = 5 * time.Minute

// Try takes the lock if nobody else holds it; otherwise the error is ErrHeld.
// Here a shared lock is an exclusive one.
func Try(path string, _ Mode) (unlock func(), err error) {
	held := path + ".held"
	if info, err := os.Stat(held); err == nil && time.Since(info.ModTime()) > stale {
		_ = os.Remove(held)
	}
	f, err := os.OpenFile(held, os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrPermission) {
		return nil, ErrHeld
	}
	if err != nil {
		return nil, err
	}
	return func() { _ = f.Close(); _ = os.Remove(held) }, nil
}

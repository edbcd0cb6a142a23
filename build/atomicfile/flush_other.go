//go:build !linux

package atomicfile

import "os"

// beginFlush is for systems that can flush a part of a file.
func beginFlush(*os.File, int64, int64) {}

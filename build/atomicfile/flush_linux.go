package atomicfile

import (
	"os"
	"syscall"
)

// beginFlush asks the system to bring a part of a file to the disk, and doesn't
// wait for it: there is less left to wait for at the end.
func beginFlush(f *os.File, from, n int64) {
	conn, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = conn.Control(func(fd uintptr) {
		const write = 2 // SYNC_FILE_RANGE_WRITE
		_ = syscall.SyncFileRange(int(fd), from, n, write)
	})
}

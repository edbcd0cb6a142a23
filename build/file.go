package build

import (
	"fmt"
	"io"
	"os"
)

// maxModule bounds the files that are read: no gateway takes a module of such
// a size.
const maxModule = 1 << 30

// ReadFile reads a module. A directory, and a file beyond 1 GiB, are refused.
func ReadFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s is a directory; give a .wasm file, which \"sluice build %s\" writes", path, path)
	}
	code, err := io.ReadAll(io.LimitReader(f, maxModule+1))
	if err != nil {
		return nil, err
	}
	if len(code) > maxModule {
		return nil, fmt.Errorf("%s is larger than 1 GiB", path)
	}
	return code, nil
}

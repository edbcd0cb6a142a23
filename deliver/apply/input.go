package apply

import (
	"io"
	"os"
)

const (
	// standardInput is the name of a file that stands for the standard input.
	standardInput = "-"
	// maxInput bounds a file: more than package wasmplugin takes, which says so.
	maxInput = 4 << 20
)

// readFile reads a file or the standard input, and gives its name for messages. It
// may be a pipe.
func readFile(file string) (name string, data []byte, err error) {
	if file == standardInput {
		data, err = io.ReadAll(io.LimitReader(os.Stdin, maxInput))
		return "standard input", data, err
	}
	f, err := os.Open(file)
	if err != nil {
		return file, nil, err
	}
	defer f.Close()
	data, err = io.ReadAll(io.LimitReader(f, maxInput))
	return file, data, err
}

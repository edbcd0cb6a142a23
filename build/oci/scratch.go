package oci

import (
	"errors"
	"fmt"
	"os"
)

// scratchFile is a file that is gone when it is closed, and, where the system
// allows it, has no name meanwhile: a process that is killed leaves nothing.
type scratchFile struct {
	*os.File
	named bool
}

func newScratch() (*scratchFile, error) {
	f, err := os.CreateTemp("", "sluice-*.tmp")
	if err != nil {
		return nil, fmt.Errorf("a file for what is being packed or unpacked: %w; set TMPDIR to a directory that can be written", err)
	}
	return &scratchFile{f, os.Remove(f.Name()) != nil}, nil
}

// Close removes the file.
func (s *scratchFile) Close() error {
	err := s.File.Close()
	if s.named {
		err = errors.Join(err, os.Remove(s.Name()))
	}
	return err
}

package prepare

import (
	"bytes"
	"sync"

	"github.com/sluiceproxy/sluice/build"
)

// maxFacts bounds how many modules' reports are kept.
const maxFacts = 64

// facts are the reports of modules that were seen, by SHA-256.
type facts struct {
	mu      sync.Mutex
	reports map[string]*build.Report
}

func (f *facts) of(code []byte, sum string) (*build.Report, error) {
	f.mu.Lock()
	r := f.reports[sum]
	f.mu.Unlock()
	if r != nil {
		return r, nil
	}
	r, err := build.Examine(bytes.NewReader(code), int64(len(code)))
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.reports) >= maxFacts || f.reports == nil {
		f.reports = map[string]*build.Report{}
	}
	f.reports[sum] = r
	return r, nil
}

package record

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// MaxLine bounds a line of a recording, in bytes.
const MaxLine = 64 << 20

// ErrEmpty says that a recording has no exchange.
var ErrEmpty = errors.New("there is no exchange in it")

// Recording is what a file holds.
type Recording struct {
	// Chains are in the order of the file; an exchange's is the last before it.
	Chains []Chain
	// Exchanges are in the order of their ends.
	Exchanges []Exchange
	// ChainOf says which of the chains an exchange went through, -1 for none known.
	ChainOf []int
}

// line is one of either kind.
type line struct {
	Exchange
	Plugins []Plugin `json:"plugins"`
	Masks   []string `json:"masks"`
}

// ReadFile reads a recording. Errors name the file and the line; a last line that
// was cut off, as by a crash, is left out. ErrEmpty if nothing is in it.
func ReadFile(path string) (*Recording, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// Read is ReadFile for what is not in a file.
func Read(from io.Reader) (*Recording, error) {
	r := &Recording{}
	lines := bufio.NewReaderSize(from, 64<<10)
	for n := 1; ; n++ {
		text, err := readLine(lines)
		last := errors.Is(err, io.EOF)
		if err != nil && !last {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			if err := r.add(text); err != nil && !last {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
		}
		if last {
			break
		}
	}
	if len(r.Exchanges) == 0 {
		return nil, ErrEmpty
	}
	return r, nil
}

// readLine reads up to and with a line's end, and no more than MaxLine.
func readLine(r *bufio.Reader) (text []byte, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if text = append(text, part...); len(text) > MaxLine {
			return nil, fmt.Errorf("it is longer than %d MiB", MaxLine>>20)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return text, err
		}
	}
}

func (r *Recording) add(text []byte) error {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return fmt.Errorf("not a line of a recording: %w", err)
	}
	if l.Plugins != nil {
		r.Chains = append(r.Chains, Chain{l.Time, l.Plugins, l.Masks})
		return nil
	}
	if err := l.check(); err != nil {
		return err
	}
	r.Exchanges = append(r.Exchanges, l.Exchange)
	r.ChainOf = append(r.ChainOf, len(r.Chains)-1)
	return nil
}

// check fills in what a person may leave out, and refuses what can't be sent.
func (e *Exchange) check() error {
	if e.Request.IsZero() {
		return errors.New("it has neither plugins nor a request with headers")
	}
	for _, m := range []*Message{&e.Request, &e.Response} {
		for i := range m.Headers {
			m.Headers[i][0] = strings.ToLower(m.Headers[i][0])
		}
	}
	for _, d := range [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "localhost"}} {
		if e.Request.Get(d[0]) == "" {
			e.Request.Headers = append([][2]string{d}, e.Request.Headers...)
		}
	}
	if !strings.HasPrefix(e.Request.Get(":path"), "/") && e.Request.Get(":path") != "*" {
		return fmt.Errorf("the path %q does not begin with a slash", e.Request.Get(":path"))
	}
	return nil
}

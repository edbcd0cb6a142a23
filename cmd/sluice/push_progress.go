package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
)

// watch shows what is moved: a bar on a terminal, a line for each part
// elsewhere. The returned function ends the bar.
func watch(cmd *cobra.Command, o *oci.Options) (stop func()) {
	p := &progress{w: cmd.ErrOrStderr(), moved: map[string]int64{}, sizes: map[string]int64{}, now: time.Now}
	p.terminal = isTerminal(p.w)
	o.Progress = p.event
	return p.stop
}

// isTerminal reports whether w is a screen that a person looks at.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" || os.Getenv("TERM") == "" {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// progress draws one bar for all parts together.
type progress struct {
	w        io.Writer
	terminal bool
	now      func() time.Time

	mu    sync.Mutex
	moved map[string]int64 // bytes by digest
	sizes map[string]int64
	drawn time.Time
	shown bool
}

// redraw is the least time between two drawings of the bar.
const redraw = 100 * time.Millisecond

func (p *progress) event(e oci.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.Digest != "" {
		p.moved[e.Digest], p.sizes[e.Digest] = e.Moved, e.Size
	}
	switch {
	case e.State == oci.Retrying:
		p.clear()
		row(p.w, "trying again: %v", e.Err)
	case !p.terminal && (e.State == oci.Done || e.State == oci.Present):
		row(p.w, "%-7s %s %s %s", e.State, short(e.Digest), size(int(e.Size)), e.MediaType)
	case p.terminal && (e.State != oci.Moving || p.now().Sub(p.drawn) >= redraw):
		p.draw()
	}
}

// draw prints the bar over the last one.
func (p *progress) draw() {
	var moved, all float64 // sizes are what a manifest claims: their sum may be beyond all numbers
	for digest, n := range p.sizes {
		all += float64(n)
		moved += float64(min(p.moved[digest], n))
	}
	if all <= 0 {
		return
	}
	const width = 30
	full := max(0, min(width, int(moved*width/all)))
	fmt.Fprintf(p.w, "\r\x1b[K[%s%s] %s of %s", strings.Repeat("=", full), strings.Repeat(" ", width-full), size(int(moved)), size(int(all)))
	p.drawn, p.shown = p.now(), true
}

func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

func (p *progress) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}

// short is a digest that a person can tell from others.
func short(digest string) string {
	_, hex, _ := strings.Cut(digest, ":")
	return hex[:min(len(hex), 12)]
}

package kube

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// The annotations that are written. Nothing reads them but this package and people.
const (
	// HistoryAnnotation has the history, as gzip in base64.
	HistoryAnnotation = "sluice.dev/history"
	// RevisionAnnotation is the number of the newest entry.
	RevisionAnnotation = "sluice.dev/revision"
	// ImageAnnotation is the image as it was asked for, with the tag.
	ImageAnnotation = "sluice.dev/image"
	// PullAnnotation changes where proxies shall ask for the module again.
	PullAnnotation = "sluice.dev/pulled-again"
)

// Bounds of a history. Kubernetes takes 256 KiB of annotations in all.
const (
	// MaxEntries is how many revisions are kept.
	MaxEntries = 10
	// MaxHistory is how many bytes the annotation may have.
	MaxHistory = 96 << 10
	// maxPlain bounds what a history unpacks to.
	maxPlain = 8 << 20
)

// ErrHistory is that the annotation can't be read.
var ErrHistory = errors.New("the history can't be read")

// Entry is a revision of an object.
type Entry struct {
	// Revision counts from 1.
	Revision int `json:"revision"`
	// Time is when it was applied, By who did it as the API server knows them,
	// and Why is "apply" or what was rolled back to.
	Time time.Time `json:"time"`
	By   string    `json:"by,omitempty"`
	Why  string    `json:"why,omitempty"`
	// Image is as it was asked for, Digest of the image manifest that was pinned.
	Image  string `json:"image,omitempty"`
	Digest string `json:"digest,omitempty"`
	// Config is the SHA-256 of the plugin's configuration in hexadecimal.
	Config string `json:"config,omitempty"`
	// Object is what was applied. It is empty in entries that had to give way to
	// the bound of bytes: they can't be rolled back to.
	Object json.RawMessage `json:"object,omitempty"`
}

// History is newest first.
type History []Entry

// History reads the object's. One that sluice never applied has none.
func (o *Object) History() (History, error) {
	return decodeHistory(o.Annotation(HistoryAnnotation))
}

// Find is the entry of a revision.
func (h History) Find(revision int) (Entry, bool) {
	for _, e := range h {
		if e.Revision == revision {
			return e, true
		}
	}
	return Entry{}, false
}

// push adds an entry and keeps the bound of entries.
func (h History) push(e Entry) History {
	all := append(History{e}, h...)
	return all[:min(len(all), MaxEntries)]
}

// encode packs the history. To keep the bound of bytes the oldest entries lose
// what they applied first, and then go.
func (h History) encode() (string, error) {
	best, err := pack(h)
	if err != nil || len(best) <= MaxHistory {
		return best, err
	}
	// Of these many ways, from nothing to nearly all, the last that fits.
	low, high := 0, 2*len(h)
	for best = ""; low < high; {
		middle := (low + high) / 2
		text, err := pack(h.lighter(middle))
		switch {
		case err != nil:
			return "", err
		case len(text) <= MaxHistory:
			best, low = text, middle+1
		default:
			high = middle
		}
	}
	return best, nil
}

// lighter is the history with the first n entries, or where n is beyond all of
// them, with all entries and what the first of them applied.
func (h History) lighter(n int) History {
	l := append(History(nil), h[:min(n, len(h))]...)
	for i := max(0, n-len(h)); i < len(l); i++ {
		l[i].Object = nil
	}
	return l
}

func pack(h History) (string, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if err := json.NewEncoder(w).Encode(h); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// decodeHistory reads what anybody may have written.
func decodeHistory(text string) (History, error) {
	if text == "" {
		return nil, nil
	}
	if len(text) > 256<<10 {
		return nil, fmt.Errorf("%w: it has %d bytes", ErrHistory, len(text))
	}
	packed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrHistory, err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrHistory, err)
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxPlain+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrHistory, err)
	case len(plain) > maxPlain:
		return nil, fmt.Errorf("%w: it unpacks to more than %d bytes", ErrHistory, maxPlain)
	}
	var h History
	if err := json.Unmarshal(plain, &h); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrHistory, err)
	}
	return h[:min(len(h), MaxEntries)], nil
}

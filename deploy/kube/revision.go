package kube

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
)

// Change says who applies what, for the history.
type Change struct {
	By, Why       string
	Image, Digest string
	Config        []byte
	// Time is when. Default: now.
	Time time.Time
}

// Revise is the object as it is sent: with the history that the cluster's object
// has, and an entry more unless the newest one applied the same. live is nil for an
// object that is new.
//
// A history that can't be read is an error: it would be lost.
func Revise(obj, live *Object, change Change) (*Object, Entry, error) {
	applied, err := obj.JSON()
	if err != nil {
		return nil, Entry{}, err
	}
	var h History
	if live != nil {
		if h, err = live.History(); err != nil {
			return nil, Entry{}, err
		}
	}
	if len(h) > 0 && bytes.Equal(h[0].Object, applied) {
		return obj.withHistory(live.Annotation(HistoryAnnotation), h[0]), h[0], nil
	}
	e := Entry{Revision: 1, Time: change.Time, By: change.By, Why: change.Why, Image: change.Image, Digest: change.Digest, Object: applied}
	if len(h) > 0 {
		e.Revision = h[0].Revision + 1
	}
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	e.Time = e.Time.UTC().Truncate(time.Second)
	if len(change.Config) > 0 {
		sum := sha256.Sum256(change.Config)
		e.Config = hex.EncodeToString(sum[:])
	}
	text, err := h.push(e).encode()
	return obj.withHistory(text, e), e, err
}

func (o *Object) withHistory(text string, e Entry) *Object {
	return o.Annotate(map[string]string{HistoryAnnotation: text, RevisionAnnotation: strconv.Itoa(e.Revision)})
}

// WithoutHistory is the object as it was before Revise.
func (o *Object) WithoutHistory() *Object {
	return o.Annotate(map[string]string{HistoryAnnotation: "", RevisionAnnotation: ""})
}

// Applied is the object that the entry applied, nil where it was not kept.
func (e Entry) Applied() (*Object, error) {
	if len(e.Object) == 0 {
		return nil, nil
	}
	return ParseObject(e.Object)
}

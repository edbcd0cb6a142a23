package run

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"github.com/sluiceproxy/sluice/host/upstream"
	"github.com/sluiceproxy/sluice/run/record"
)

// record opens the recording that the options ask for; nil for none.
func (o *Options) record() (*record.Recorder, error) {
	if o.Record == nil {
		return nil, nil //nolint:nilnil // nothing to record is no error
	}
	r := *o.Record
	r.OnError = func(err error) {
		o.OnEvent(Warning{fmt.Sprintf("nothing is recorded from here on: %v; make room, or name another file, and start again", err)})
	}
	return record.New(r)
}

// tap are the clusters' options.
func (s *Setup) tap() upstream.Options {
	if s.Recorder == nil {
		return upstream.Options{}
	}
	return upstream.Options{Tap: s.Recorder}
}

// wrap is what goes around the gateway's handler, nil for nothing.
func (s *Setup) wrap() func(http.Handler) http.Handler {
	if s.Recorder == nil {
		return nil
	}
	return s.Recorder.Wrap
}

// noteChain writes down what runs from now on.
func (s *Setup) noteChain(plugins []Plugin) {
	if s.Recorder == nil {
		return
	}
	var list []record.Plugin
	for _, p := range plugins {
		sum := sha256.Sum256(p.Code)
		list = append(list, record.Plugin{Name: p.Name, SHA256: hex.EncodeToString(sum[:]), Config: p.Config})
	}
	s.Recorder.Chain(list)
}

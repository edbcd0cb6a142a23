package prepare

import (
	"time"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// urlRecord is what a web server gave for a URL.
type urlRecord struct {
	SHA256  string    `json:"sha256"`
	Fetched time.Time `json:"fetched"`
}

// remembered is the module of a URL that was fetched before, where the resource
// doesn't ask for a new one: by its checksum, or else by the URL.
func (p *Preparer) remembered(w *wasmplugin.Plugin) []byte {
	switch {
	case w.PullPolicy == wasmplugin.Always:
		return nil
	case w.SHA256 != "":
		return p.kept(w.SHA256)
	default:
		return p.lastOf(w.URL)
	}
}

// lastOf is what a URL gave the last time.
func (p *Preparer) lastOf(url string) []byte {
	var r urlRecord
	if p.readRecord(urlDir, url, &r) != nil {
		return nil
	}
	return p.kept(r.SHA256)
}

// remember notes what a URL gave.
func (p *Preparer) remember(w *wasmplugin.Plugin, code []byte) error {
	return p.writeRecord(urlDir, w.URL, urlRecord{SHA256: sha256Of(code), Fetched: time.Now().UTC()})
}

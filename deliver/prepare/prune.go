package prepare

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/build/atomicfile"
)

// Prune removes the files of modules that nobody uses any more, and returns the
// SHA-256 of each. What stays: the modules in keep, those that Served has noted, and
// those that were handed out within Options.Grace.
func (p *Preparer) Prune(keep []string) (removed []string, err error) {
	if p.o.Dir == "" {
		return nil, nil
	}
	kept := slices.Clone(keep)
	err = records(p, goodDir, func(_ string, r *Record) {
		if r.Module != nil {
			kept = append(kept, r.Module.SHA256)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("prune modules: %w", err) // without the list nothing is safe to go
	}
	entries, err := os.ReadDir(p.o.Dir)
	if err != nil {
		return nil, fmt.Errorf("prune modules: %w", err)
	}
	for _, e := range entries {
		sum, isModule := strings.CutSuffix(e.Name(), ext)
		if !isModule && !atomicfile.IsTemporary(e.Name()) || slices.Contains(kept, sum) || !p.isOld(e) {
			continue
		}
		if e := os.Remove(filepath.Join(p.o.Dir, e.Name())); e != nil {
			err = errors.Join(err, e)
		} else if isModule {
			removed = append(removed, sum)
		}
	}
	return removed, errors.Join(err, p.pruneURLs())
}

// pruneURLs removes what is known of URLs whose module is gone.
func (p *Preparer) pruneURLs() (err error) {
	e := records(p, urlDir, func(path string, r *urlRecord) {
		if !exists(filepath.Join(p.o.Dir, r.SHA256+ext)) && time.Since(r.Fetched) > p.o.Grace {
			err = errors.Join(err, os.Remove(path))
		}
	})
	return errors.Join(err, e)
}

// isOld reports whether a file was handed out longer ago than the grace.
func (p *Preparer) isOld(e fs.DirEntry) bool {
	info, err := e.Info()
	return err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > p.o.Grace
}

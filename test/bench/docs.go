package main

import (
	"errors"
	"path/filepath"
)

// Files below the directory of documents. Tables are made of the data, so that
// none can say something else than what was measured.
const (
	benchFile       = "img/bench.json"
	growthFile      = "img/growth.json"
	fleetFile       = "img/fleet.json"
	performancePage = "performance.md"
	fleetPage       = "fleet.md"
)

func in(dir, file string) string { return filepath.Join(dir, filepath.FromSlash(file)) }

// renderDocs draws the curves and writes the measured parts of the documents
// anew from the data.
func renderDocs(dir string) error {
	if dir == "" {
		return errors.New("say -docs DIRECTORY")
	}
	var g growth
	if err := loadJSON(in(dir, growthFile), &g); err != nil {
		return err
	}
	if err := g.draw(dir); err != nil {
		return err
	}
	parts, err := performanceParts(dir)
	if err != nil {
		return err
	}
	if err := rewrite(in(dir, performancePage), parts); err != nil {
		return err
	}
	parts, err = fleetParts(dir)
	if err != nil {
		return err
	}
	return rewrite(in(dir, fleetPage), parts)
}

// performanceParts are the measured parts of the page about performance.
func performanceParts(dir string) (map[string]string, error) {
	r, g := &report{}, growth{}
	if err := loadJSON(in(dir, benchFile), r); err != nil {
		return nil, err
	}
	if err := loadJSON(in(dir, growthFile), &g); err != nil {
		return nil, err
	}
	parts := map[string]string{"goals": r.verdicts(), "tables": r.markdown()}
	for _, c := range g.Charts {
		parts["curve "+c.Name] = c.markdown()
	}
	return parts, nil
}

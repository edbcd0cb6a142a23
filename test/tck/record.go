package tck

import (
	"embed"
	"fmt"
	"strings"
)

// Newest is the version of Envoy whose answers are kept whole.
const Newest = "1.40"

// records are the answers: those of Newest, and for other versions what they
// answer otherwise.
//
//go:embed record/*.txt
var records embed.FS

// Versions returns the versions of Envoy whose answers are known.
func Versions() []string {
	files, err := records.ReadDir("record")
	if err != nil {
		return nil
	}
	var versions []string
	for _, f := range files {
		versions = append(versions, strings.TrimSuffix(strings.TrimPrefix(f.Name(), "envoy-"), ".txt"))
	}
	return versions
}

// Record returns the answers of a version of Envoy, such as "1.40".
func Record(version string) (*Table, error) {
	newest, err := readRecord(Newest)
	if err != nil || version == Newest {
		return newest, err
	}
	other, err := readRecord(version)
	if err != nil {
		return nil, err
	}
	return newest.With(other), nil
}

func readRecord(version string) (*Table, error) {
	f, err := records.Open("record/envoy-" + version + ".txt")
	if err != nil {
		return nil, fmt.Errorf("the answers of Envoy %s are not known, only those of %s", version, strings.Join(Versions(), ", "))
	}
	defer f.Close()
	return ReadTable(f)
}

package provenance

import (
	"runtime/debug"

	"github.com/sluiceproxy/sluice/build/oci/sbom"
)

// The identities in a predicate.
const (
	buildType = "https://github.com/sluiceproxy/sluice/build/v1"
	builderID = "https://github.com/sluiceproxy/sluice/cmd/sluice"
)

// Build is what is known of how a plugin was made.
type Build struct {
	// Info is what the Go toolchain recorded in the module, nil for another
	// language.
	Info *debug.BuildInfo
	// Source is where the sources are, and nil where that is not known.
	Source *Source
	// Tool is the version of the program that says so. Default "devel".
	Tool string
}

// Source is a commit.
type Source struct {
	// Repository is the URL that it can be fetched from, empty if unknown.
	Repository string
	// Commit is its hash.
	Commit string
	// Dirty says that files were changed after it.
	Dirty bool
}

type predicate struct {
	BuildDefinition definition `json:"buildDefinition"`
	RunDetails      details    `json:"runDetails"`
}

type definition struct {
	BuildType            string         `json:"buildType"`
	ExternalParameters   map[string]any `json:"externalParameters"`
	InternalParameters   map[string]any `json:"internalParameters,omitempty"`
	ResolvedDependencies []resource     `json:"resolvedDependencies"`
}

type resource struct {
	URI         string            `json:"uri"`
	Digest      map[string]string `json:"digest,omitempty"`
	Annotations map[string]any    `json:"annotations,omitempty"`
}

type details struct {
	Builder builder `json:"builder"`
}

type builder struct {
	ID      string            `json:"id"`
	Version map[string]string `json:"version,omitempty"`
}

// Predicate writes the predicate of SLSA provenance v1.
func (b Build) Predicate() ([]byte, error) {
	if b.Tool == "" {
		b.Tool = "devel"
	}
	d := definition{BuildType: buildType, ExternalParameters: map[string]any{}, ResolvedDependencies: []resource{}}
	if s := b.Source; s != nil {
		d.ResolvedDependencies = append(d.ResolvedDependencies, s.resource())
		d.ExternalParameters["source"] = d.ResolvedDependencies[0].URI
	}
	if b.Info != nil {
		d.addGo(b.Info)
	}
	return encode(predicate{d, details{builder{builderID, map[string]string{"sluice": b.Tool}}}})
}

// resource names the commit.
func (s *Source) resource() resource {
	uri := "git+" + s.Repository
	if s.Repository == "" {
		uri = "git"
	}
	r := resource{URI: uri + "@" + s.Commit, Digest: map[string]string{"gitCommit": s.Commit}}
	if s.Dirty {
		r.Annotations = map[string]any{"modified": true}
	}
	return r
}

// addGo tells what the toolchain recorded.
func (d *definition) addGo(info *debug.BuildInfo) {
	d.ExternalParameters["package"] = info.Path
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	d.InternalParameters = map[string]any{"go": info.GoVersion, "settings": settings}
	_, parts := sbom.Components(info)
	for _, c := range parts {
		r := resource{URI: c.PURL()}
		if c.Sum != "" {
			// The name that in-toto has for the digest of go.sum.
			r.Digest = map[string]string{"dirHash": c.Sum}
		}
		d.ResolvedDependencies = append(d.ResolvedDependencies, r)
	}
}

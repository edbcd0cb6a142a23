package hub

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The media types of a catalogue in a registry: of the artifact, and of its one
// layer, which is a Catalogue as JSON.
const (
	ArtifactType = "application/vnd.sluice.hub.v1"
	MediaType    = "application/vnd.sluice.hub.catalogue.v1+json"
)

// Repository is the name of the repository below a hub's prefix that holds the
// catalogue, under the tag "latest". No plugin may have it.
const Repository = "catalogue"

// SchemaVersion is that of the catalogues that this package writes and reads.
const SchemaVersion = 1

// Catalogue says what a hub has.
type Catalogue struct {
	// SchemaVersion is 1.
	SchemaVersion int `json:"schemaVersion"`
	// Base is the registry and the prefix of the images' repositories, such as
	// "registry.example/team/hub". It is for a catalogue that was saved to a file:
	// one that is read from a registry has its images beside it. Empty for a
	// directory.
	Base string `json:"base,omitempty"`
	// Plugins are in the order of their names.
	Plugins []Plugin `json:"plugins"`
}

// Plugin is one of a hub's.
type Plugin struct {
	// Name is what hub:NAME says.
	Name string `json:"name"`
	// Title, Category and Description are those of spec.yaml; a plugin without
	// one has the first paragraph of its README.md as description.
	Title       string `json:"title"`
	Category    string `json:"category,omitempty"`
	Description string `json:"description"`
	// Phase and Priority say where in the chain the plugin runs.
	Phase    string `json:"phase,omitempty"`
	Priority int    `json:"priority"`
	// Guard says that the plugin decides which requests may pass: it fails closed.
	Guard bool `json:"guard"`
	// Teaching says that the plugin is an example, and not published.
	Teaching bool `json:"teaching,omitempty"`
	// Fields are those of the configuration, nested ones as "a.b" and "a[].b".
	Fields []Field `json:"fields,omitempty"`
	// Versions are those that can be had, the newest first.
	Versions []Version `json:"versions"`

	// Dir is where the source is, for a hub that is a directory.
	Dir string `json:"-"`
}

// Field is one of a configuration.
type Field struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

// Version is one that a hub has of a plugin.
type Version struct {
	// Version is as in spec.yaml, and the image's tag.
	Version string `json:"version"`
	// Digest is that of the image, SHA256 that of the module in it, in
	// hexadecimal. Both are empty for a source.
	Digest string `json:"digest,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	// Schema is the digest of the configuration's schema, as JSON.
	Schema string `json:"schema,omitempty"`
	// Config is the sample configuration, YAML. Empty for a plugin without one.
	Config string `json:"config,omitempty"`
}

// Latest is the newest version, without a pre-release where there is another.
func (p *Plugin) Latest() Version {
	for _, v := range p.Versions {
		if !strings.Contains(v.Version, "-") {
			return v
		}
	}
	if len(p.Versions) == 0 {
		return Version{}
	}
	return p.Versions[0]
}

// ErrUnknown is in the error about a plugin or version that a hub has not.
var ErrUnknown = errors.New("not in the hub")

// Find returns the plugin of that name. The error names near ones.
func (c *Catalogue) Find(name string) (*Plugin, error) {
	for i := range c.Plugins {
		if c.Plugins[i].Name == name {
			return &c.Plugins[i], nil
		}
	}
	var names []string
	for _, p := range c.Plugins {
		names = append(names, p.Name)
	}
	if near := nearest(name, names); len(near) > 0 {
		return nil, fmt.Errorf("%w: there is no plugin %q; did you mean %s?", ErrUnknown, name, strings.Join(near, " or "))
	}
	return nil, fmt.Errorf("%w: there is no plugin %q; \"sluice search\" lists those that there are", ErrUnknown, name)
}

// version returns one version, the newest for "".
func (p *Plugin) version(want string) (Version, error) {
	if want == "" {
		return p.Latest(), nil
	}
	var have []string
	for _, v := range p.Versions {
		if v.Version == want {
			return v, nil
		}
		have = append(have, v.Version)
	}
	return Version{}, fmt.Errorf("%w: %s has no version %q; it has %s", ErrUnknown, p.Name, want, strings.Join(have, ", "))
}

// Encode makes the JSON of a catalogue, the same for the same plugins.
func (c *Catalogue) Encode() ([]byte, error) {
	c.sort()
	text, err := json.MarshalIndent(c, "", " ")
	return append(text, '\n'), err
}

func (c *Catalogue) sort() {
	slices.SortFunc(c.Plugins, func(a, b Plugin) int { return strings.Compare(a.Name, b.Name) })
	for i := range c.Plugins {
		slices.SortStableFunc(c.Plugins[i].Versions, func(a, b Version) int { return compare(b.Version, a.Version) })
	}
}

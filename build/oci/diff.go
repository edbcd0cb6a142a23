package oci

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci/confschema"
)

// Difference says what changed from one version of a plugin to another.
type Difference struct {
	// Old and New are what was compared.
	Old Side `json:"old"`
	New Side `json:"new"`
	// Same says that nothing differs: for files and images the plugin's bytes,
	// for two images their digests too.
	Same bool `json:"same"`
	// Breaking says that one of the changes is: something that worked with the
	// old one may fail with the new one.
	Breaking bool `json:"breaking"`
	// Changes are ordered by topic.
	Changes []Change `json:"changes"`
}

// Side is one of two versions.
type Side struct {
	Source string `json:"source"`
	// Digest is the image's, and empty for a file.
	Digest string `json:"digest,omitempty"`
	// SHA256 is the plugin's, Size its bytes and Gzip those after compression.
	SHA256 string `json:"sha256,omitempty"`
	Size   int    `json:"size"`
	Gzip   int    `json:"gzip"`
}

// Topic is what a change is about.
type Topic string

// The topics, in the order in which changes are listed.
const (
	TopicGateway    Topic = "gateway"
	TopicABI        Topic = "ABI"
	TopicImport     Topic = "host function"
	TopicCallback   Topic = "callback"
	TopicExport     Topic = "export"
	TopicSchema     Topic = "configuration"
	TopicToolchain  Topic = "toolchain"
	TopicDependency Topic = "dependency"
	TopicSize       Topic = "size"
	TopicPackage    Topic = "code by package"
	TopicLabel      Topic = "label"
	TopicLayer      Topic = "layer"
)

// Change is one difference.
type Change struct {
	Topic Topic  `json:"topic"`
	Name  string `json:"name"`
	// Old and New are the values; empty for what is not there.
	Old string `json:"old"`
	New string `json:"new"`
	// Breaking says that something may fail with the new one.
	Breaking bool `json:"breaking"`
}

// Diff compares two versions of a plugin: images, .wasm files, directories of
// built plugins, or one of each.
func Diff(ctx context.Context, old, new string, o Options) (*Difference, error) {
	a, err := Describe(ctx, old, o)
	if err != nil {
		return nil, err
	}
	b, err := Describe(ctx, new, o)
	if err != nil {
		return nil, err
	}
	for _, d := range []*Description{a, b} {
		if d.Plugin == nil {
			return nil, fmt.Errorf("%s: there is no plugin to compare: %s", d.Source, d.PluginError)
		}
	}
	return compare(a, b), nil
}

func compare(a, b *Description) *Difference {
	d := &Difference{Old: sideOf(a), New: sideOf(b), Changes: []Change{}}
	d.Same = d.Old.SHA256 == d.New.SHA256 && (a.Image == nil || b.Image == nil || d.Old.Digest == d.New.Digest)
	d.gateways(a.Plugin, b.Plugin)
	d.abi(a.Plugin.ABI, b.Plugin.ABI)
	d.imports(a.Plugin, b.Plugin)
	d.sets(TopicCallback, a.Plugin.Callbacks, b.Plugin.Callbacks, false)
	d.sets(TopicExport, a.Plugin.Exports, b.Plugin.Exports, false)
	if a.Schema != nil || b.Schema != nil {
		d.schema(a.Schema, b.Schema)
	}
	d.origin(a.Plugin, b.Plugin)
	d.sizes(a.Plugin, b.Plugin)
	d.maps(TopicPackage, packages(a.code), packages(b.code))
	if a.Image != nil && b.Image != nil {
		d.maps(TopicLabel, both(a.Image), both(b.Image))
		d.maps(TopicLayer, layers(a.Image), layers(b.Image))
	}
	d.Breaking = slices.ContainsFunc(d.Changes, func(c Change) bool { return c.Breaking })
	d.Same = d.Same && len(d.Changes) == 0
	return d
}

func sideOf(d *Description) Side {
	s := Side{Source: d.Source, SHA256: d.Plugin.SHA256, Size: d.Plugin.Size, Gzip: d.Plugin.Gzip}
	if d.Image != nil {
		s.Digest = d.Image.Digest
	}
	return s
}

func (d *Difference) add(t Topic, name, old, new string, breaking bool) {
	d.Changes = append(d.Changes, Change{t, name, old, new, breaking})
}

// gateways tells which of them would refuse the one and not the other.
func (d *Difference) gateways(a, b *build.Report) {
	for _, t := range build.Targets() {
		old, new := verdictOf(a, t), verdictOf(b, t)
		if (old == accepted) != (new == accepted) {
			d.add(TopicGateway, string(t), old, new, new != accepted)
		}
	}
}

const accepted = "takes it"

func verdictOf(r *build.Report, t build.Target) string {
	for _, p := range r.Problems {
		if slices.Contains(p.Targets, t) {
			return "refuses it: " + p.Cause
		}
	}
	return accepted
}

// abi compares the versions, of which a gateway takes the first that it knows.
func (d *Difference) abi(old, new []string) {
	before := len(d.Changes)
	d.sets(TopicABI, old, new, true)
	if len(d.Changes) == before && !slices.Equal(old, new) {
		d.add(TopicABI, "order", strings.Join(old, ", "), strings.Join(new, ", "), true)
	}
}

// sets compares lists whose order does not count.
func (d *Difference) sets(t Topic, old, new []string, breaking bool) {
	for _, name := range old {
		if !slices.Contains(new, name) {
			d.add(t, name, "there", "", breaking)
		}
	}
	for _, name := range new {
		if !slices.Contains(old, name) {
			d.add(t, name, "", "there", false)
		}
	}
}

// imports compares the host functions. A new one is breaking where a gateway
// that took the old plugin lacks it.
func (d *Difference) imports(a, b *build.Report) {
	old, new := importsOf(a), importsOf(b)
	for _, name := range keys(old, new) {
		was, before := old[name]
		is, after := new[name]
		switch {
		case !after:
			d.add(TopicImport, name, was, "", false)
		case !before:
			d.add(TopicImport, name, "", is, !slices.Contains(slices.Collect(maps.Values(old)), is))
		case was != is:
			d.add(TopicImport, name, was, is, true)
		}
	}
}

// importsOf are the imports with the gateways that have them.
func importsOf(r *build.Report) map[string]string {
	all := map[string]string{}
	for _, i := range r.Imports {
		offered := strings.Join(i.Gateways, ", ")
		if offered == "" {
			offered = "no gateway"
		}
		all[i.Name] = offered
	}
	return all
}

func (d *Difference) schema(a, b confschema.Schema) {
	for _, c := range confschema.Compare(a, b) {
		name := c.Path
		if name == "" {
			name = "all of it"
		}
		d.add(TopicSchema, name, "", c.What, c.Breaking)
	}
}

// origin compares the toolchain, its settings and the modules.
func (d *Difference) origin(a, b *build.Report) {
	old, new := a.Go, b.Go
	if old == nil {
		old = &build.GoInfo{}
	}
	if new == nil {
		new = &build.GoInfo{}
	}
	d.value(TopicToolchain, "Go", old.Version, new.Version)
	d.value(TopicToolchain, "package", old.Package, new.Package)
	d.value(TopicToolchain, "tools", strings.Join(a.Tools, ", "), strings.Join(b.Tools, ", "))
	d.maps(TopicToolchain, pairs(old.Settings, "="), pairs(new.Settings, "="))
	d.maps(TopicDependency, pairs(append([]string{old.Module}, old.Deps...), "@"), pairs(append([]string{new.Module}, new.Deps...), "@"))
}

func (d *Difference) value(t Topic, name, old, new string) {
	if old != new {
		d.add(t, name, old, new, false)
	}
}

// pairs splits words into names and values.
func pairs(words []string, mark string) map[string]string {
	all := map[string]string{}
	for _, w := range words {
		if name, value, _ := strings.Cut(w, mark); name != "" {
			all[name] = value
		}
	}
	return all
}

func (d *Difference) maps(t Topic, old, new map[string]string) {
	for _, name := range keys(old, new) {
		d.value(t, name, old[name], new[name])
	}
}

// keys are those of both, in order.
func keys(a, b map[string]string) []string {
	all := map[string]string{}
	maps.Copy(all, a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

// sizes compares the whole and its sections.
func (d *Difference) sizes(a, b *build.Report) {
	d.value(TopicSize, "plugin", fmt.Sprint(a.Size), fmt.Sprint(b.Size))
	if a.Gzip > 0 && b.Gzip > 0 { // it is not known of what no gateway takes
		d.value(TopicSize, "compressed", fmt.Sprint(a.Gzip), fmt.Sprint(b.Gzip))
	}
	d.maps(TopicSize, sections(a), sections(b))
}

func sections(r *build.Report) map[string]string {
	all := map[string]string{}
	for _, s := range r.Sections {
		all["section "+s.Name] = fmt.Sprint(s.Size)
	}
	return all
}

// packages are the bytes of code that each package brought, none for a module
// that doesn't tell.
func packages(code []byte) map[string]string {
	all := map[string]string{}
	r, err := build.Sizes(code)
	if err != nil {
		return all // what is wrong with the module is told by its report
	}
	for _, p := range r.Packages {
		all[p.Package] = fmt.Sprint(p.Size)
	}
	return all
}

// both are annotations and labels, which most often are the same.
func both(i *ImageDescription) map[string]string {
	all := map[string]string{}
	maps.Copy(all, i.Labels)
	maps.Copy(all, i.Annotations)
	return all
}

func layers(i *ImageDescription) map[string]string {
	all := map[string]string{}
	for n, l := range i.Layers {
		all[fmt.Sprintf("%d %s", n, l.MediaType)] = l.Digest
	}
	return all
}

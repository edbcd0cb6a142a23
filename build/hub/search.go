package hub

import (
	"slices"
	"strings"
)

// Search returns the plugins that have all words, in any letters' case: in their
// name, title, category or description, or in the name or description of a field
// of their configuration. A plugin with the words in its name comes first, then one
// with them in its title and description. Without words it returns all, with the
// teaching ones last.
func (c *Catalogue) Search(words ...string) []Plugin {
	type ranked struct {
		Plugin
		rank int
	}
	var found []ranked
	for _, p := range c.Plugins {
		if rank, ok := p.matches(words); ok {
			if p.Teaching {
				rank += 100
			}
			found = append(found, ranked{p, rank})
		}
	}
	slices.SortStableFunc(found, func(a, b ranked) int { return a.rank - b.rank })
	plugins := make([]Plugin, 0, len(found))
	for _, f := range found {
		plugins = append(plugins, f.Plugin)
	}
	return plugins
}

// matches finds every word, and says where the worst of them stands: 0 in the
// name, 1 in what the plugin says of itself, 2 in the configuration.
func (p *Plugin) matches(words []string) (rank int, ok bool) {
	places := [...]string{
		p.Name,
		strings.ToLower(p.Title + "\n" + p.Category + "\n" + p.Description),
		p.fieldText(),
	}
	for _, w := range words {
		at := slices.IndexFunc(places[:], func(text string) bool { return strings.Contains(text, strings.ToLower(w)) })
		if at < 0 {
			return 0, false
		}
		rank = max(rank, at)
	}
	return rank, true
}

func (p *Plugin) fieldText() string {
	var b strings.Builder
	for _, f := range p.Fields {
		b.WriteString(strings.ToLower(f.Name + "\n" + f.Description + "\n"))
	}
	return b.String()
}

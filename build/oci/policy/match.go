package policy

import (
	"path"
	"strings"

	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// maxParts bounds the parts of a pattern.
const maxParts = 64

// Match reports whether a pattern is one for a name. A name is a registry and a
// repository, such as "registry.example/team/plugin", or "oci:" and the whole
// path of a layout. In a pattern "*" stands for any text without a slash, "?" for
// one such character, and "**" as a whole part for any number of parts, also
// none. All other characters stand for themselves.
//
// A pattern for layouts begins with "oci:" too; of all others only "**" alone is
// for them.
//
// Names of the same registry are one: the case of letters does not count, nor
// does the port that is the default, and docker.io is index.docker.io.
func Match(pattern, name string) bool {
	path, local := strings.CutPrefix(name, layoutPrefix)
	paths, forLocal := strings.CutPrefix(pattern, layoutPrefix)
	switch {
	case local && forLocal:
		return match(paths, path)
	case local || forLocal:
		return pattern == "**"
	default:
		return match(sign.CanonicalName(pattern), sign.CanonicalName(name))
	}
}

func match(pattern, name string) bool {
	p, n := strings.Split(pattern, "/"), strings.Split(name, "/")
	if len(p) > maxParts {
		return false
	}
	i, j, star, mark := 0, 0, -1, 0
	for j < len(n) {
		switch {
		case i < len(p) && p[i] == "**":
			star, mark = i, j
			i++
		case i < len(p) && matchPart(p[i], n[j]):
			i, j = i+1, j+1
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == "**" {
		i++
	}
	return i == len(p)
}

func matchPart(pattern, part string) bool {
	ok, err := path.Match(literal.Replace(pattern), part)
	return err == nil && ok
}

// literal takes the meaning from what is more than "*" and "?" to path.Match:
// brackets are those of an IPv6 address.
var literal = strings.NewReplacer("[", `\[`, `\`, `\\`)

// layoutPrefix begins the name of an image in a layout.
const layoutPrefix = "oci:"

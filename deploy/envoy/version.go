package envoy

import (
	"fmt"
	"regexp"
	"strconv"
)

// Version is an Envoy release.
type Version struct{ Major, Minor, Patch int }

// Oldest is the oldest release on which this package is tested. It is also
// close to the first with all that is used: header status 1 behaves as
// documented only with allow_on_headers_stop_iteration, which came with 1.35.
var Oldest = Version{1, 36, 0}

// String renders "1.36.4".
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch) }

// Less reports whether v was released in an older line or patch than o.
func (v Version) Less(o Version) bool {
	if v.Major != o.Major {
		return v.Major < o.Major
	}
	if v.Minor != o.Minor {
		return v.Minor < o.Minor
	}
	return v.Patch < o.Patch
}

// versionLine finds the release in "envoy  version: <commit>/1.40.0/Clean/RELEASE/BoringSSL".
var versionLine = regexp.MustCompile(`version: [0-9a-f]*/(\d{1,6})\.(\d{1,6})\.(\d{1,6})`)

func parseVersion(out string) (Version, error) {
	m := versionLine.FindStringSubmatch(out)
	if m == nil {
		if len(out) > 100 {
			out = out[:100] + "…"
		}
		return Version{}, fmt.Errorf("`envoy --version` printed no Envoy version but %q", out)
	}
	var n [3]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1])
	}
	return Version{n[0], n[1], n[2]}, nil
}

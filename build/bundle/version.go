package bundle

import (
	"cmp"
	"strconv"
	"strings"
)

// compareVersions compares two versions of a module, as semantic versions: a
// negative result says that a is lower.
func compareVersions(a, b string) int {
	coreA, preA := splitVersion(a)
	coreB, preB := splitVersion(b)
	if c := compareParts(coreA, coreB); c != 0 {
		return c
	}
	if preA == "" || preB == "" { // one without a suffix is higher
		return cmp.Compare(strconv.FormatBool(preA == ""), strconv.FormatBool(preB == ""))
	}
	return compareParts(preA, preB)
}

func splitVersion(v string) (core, pre string) {
	v, _, _ = strings.Cut(strings.TrimPrefix(v, "v"), "+")
	core, pre, _ = strings.Cut(v, "-")
	return core, pre
}

// compareParts compares what dots separate: numbers as such, and lower than words.
func compareParts(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(as), len(bs)) {
		na, errA := strconv.ParseUint(as[i], 10, 64)
		nb, errB := strconv.ParseUint(bs[i], 10, 64)
		c := strings.Compare(as[i], bs[i])
		switch {
		case errA == nil && errB == nil:
			c = cmp.Compare(na, nb)
		case errA == nil:
			c = -1
		case errB == nil:
			c = 1
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}

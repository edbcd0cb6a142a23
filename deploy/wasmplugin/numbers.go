package wasmplugin

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// rounded warns about numbers that a control plane does not keep: all of them
// read a configuration's numbers as float64.
func (w *writer) rounded(path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			w.rounded(join(path, k), v[k])
		}
	case []any:
		for i, item := range v {
			w.rounded(fmt.Sprintf("%s[%d]", path, i), item)
		}
	case json.Number:
		if !exact(v.String()) {
			w.warn(path, "the number has more digits than a control plane keeps (float64); write it as a text")
		}
	}
}

// exact reports whether a number is the same after it was a float64, and was
// written with as few digits as tell it from others.
func exact(number string) bool {
	if _, exp, ok := strings.Cut(strings.ToLower(number), "e"); ok && len(strings.TrimLeft(exp, "+-")) > 4 {
		return false
	}
	f, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return false
	}
	var a, b big.Rat
	_, ok := a.SetString(number)
	_, same := b.SetString(strconv.FormatFloat(f, 'g', -1, 64))
	return ok && same && a.Cmp(&b) == 0
}

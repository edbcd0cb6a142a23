package decode

import "github.com/sluiceproxy/sluice/sdk/config/internal/spec"

// nearest returns the field's name that was probably meant by a key, "" if none
// is near.
func nearest(o *spec.Object, key string) string {
	if len(key) > maxKey {
		return ""
	}
	folded := fold(key)
	best, least := "", 1+allowance(len(folded))
	for _, f := range o.Fields {
		if n := distance(folded, fold(f.Name)); n < least {
			best, least = f.Name, n
		}
	}
	return best
}

// allowance is how many slips a name of so many characters may have.
func allowance(length int) int {
	if length < 4 {
		return 1
	}
	return max(2, length/3)
}

// fold makes names equal that differ in case and separators only.
func fold(name string) string {
	b := make([]byte, 0, len(name))
	for _, c := range []byte(name) {
		switch {
		case 'A' <= c && c <= 'Z':
			b = append(b, c+'a'-'A')
		case c != '_' && c != '-':
			b = append(b, c)
		}
	}
	return string(b)
}

// distance is how many characters must be added, dropped or replaced, or 1 for
// two neighbours that changed places.
func distance(a, b string) int {
	if swapped(a, b) {
		return 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}

func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) - 1 {
		if a[i] != b[i] {
			return a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
		}
	}
	return false
}

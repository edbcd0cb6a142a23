// Package near finds out how far two words are from each other, for errors that
// say what may have been meant.
package near

// maxWord bounds what is compared, in bytes.
const maxWord = 100

// Distance is the number of bytes to add, take or change that make a of b. Words
// longer than 100 bytes are far from all others.
func Distance(a, b string) int {
	if len(a) > maxWord || len(b) > maxWord {
		return maxWord
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, corner+1)
		}
	}
	return row[len(b)]
}

package order

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestStrings sorts as package slices does: all short lists of three letters, and
// long ones with many that are equal.
func TestStrings(t *testing.T) {
	check := func(list []string) {
		got, want := slices.Clone(list), slices.Clone(list)
		Strings(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%q becomes %q", list, got)
		}
	}
	for n := range 6 {
		total := 1
		for range n {
			total *= 3
		}
		for code := range total {
			list := make([]string, n)
			for i, c := 0, code; i < n; i, c = i+1, c/3 {
				list[i] = string(rune('a' + c%3))
			}
			check(list)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		list := make([]string, r.IntN(300))
		for i := range list {
			list[i] = string([]byte{byte(r.IntN(7)), byte(r.IntN(256))}[:r.IntN(3)])
		}
		check(list)
	}
}

// TestSortBounds: the list that is the worst for other ways takes no longer.
func TestSortBounds(t *testing.T) {
	for name, at := range map[string]func(i int) int{
		"sorted": func(i int) int { return i }, "backwards": func(i int) int { return -i }, "equal": func(int) int { return 0 },
	} {
		const n = 1 << 14
		list := make([]int, n)
		for i := range list {
			list[i] = at(i)
		}
		calls := 0
		Sort(n, func(i, j int) bool { calls++; return list[i] < list[j] }, func(i, j int) { list[i], list[j] = list[j], list[i] })
		if !slices.IsSorted(list) || calls > 2*15*n {
			t.Errorf("%s: %d comparisons, sorted: %v", name, calls, slices.IsSorted(list))
		}
	}
}

func FuzzSort(f *testing.F) {
	f.Add([]byte("sort these bytes"))
	f.Fuzz(func(t *testing.T, list []byte) {
		want := slices.Clone(list)
		slices.Sort(want)
		Sort(len(list), func(i, j int) bool { return list[i] < list[j] }, func(i, j int) { list[i], list[j] = list[j], list[i] })
		if !slices.Equal(list, want) {
			t.Errorf("%v, want %v", list, want)
		}
	})
}

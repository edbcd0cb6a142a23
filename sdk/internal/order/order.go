// Package order sorts. Those of package slices are compiled anew for each type,
// 12 to 19 KB of code each time, which every plugin has that can have rules.
package order

// Sort puts n things in order, in place, in O(n log n). Equal ones may change
// places. less reports whether the one at i goes before the one at j.
func Sort(n int, less func(i, j int) bool, swap func(i, j int)) {
	down := func(root, end int) {
		for {
			child := 2*root + 1
			if child >= end {
				return
			}
			if child+1 < end && less(child, child+1) {
				child++
			}
			if !less(root, child) {
				return
			}
			swap(root, child)
			root = child
		}
	}
	for i := n/2 - 1; i >= 0; i-- {
		down(i, n)
	}
	for i := n - 1; i > 0; i-- {
		swap(0, i)
		down(0, i)
	}
}

// Strings sorts by bytes.
func Strings(list []string) {
	Sort(len(list), func(i, j int) bool { return list[i] < list[j] },
		func(i, j int) { list[i], list[j] = list[j], list[i] })
}

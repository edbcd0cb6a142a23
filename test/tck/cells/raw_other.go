//go:build !wasip1

package cells

// rawCall reports false: there is no host function to call.
func rawCall(string, []rawArgument) (status uint32, words [8]uint64, ok bool) { return 0, words, false }

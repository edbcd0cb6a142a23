package kube

import "strings"

const (
	// around is how many lines are shown beside a difference.
	around = 3
	// maxTable bounds the work: beyond it all lines between the first and the
	// last difference count as changed.
	maxTable = 4 << 20
)

// line is one of a difference: kept ' ', gone '-' or new '+'.
type line struct {
	sign byte
	text string
}

// diffLines is "" for the same lines.
func diffLines(old, now []string) string {
	all := compare(old, now)
	near := make([]bool, len(all))
	differ := false
	for i, l := range all {
		if l.sign == ' ' {
			continue
		}
		differ = true
		for j := max(0, i-around); j <= min(len(all)-1, i+around); j++ {
			near[j] = true
		}
	}
	if !differ {
		return ""
	}
	var b strings.Builder
	for i, l := range all {
		switch {
		case near[i]:
			b.WriteByte(l.sign)
			b.WriteString(l.text + "\n")
		case i > 0 && near[i-1]:
			b.WriteString("...\n")
		}
	}
	return b.String()
}

// compare finds a longest common sequence of lines.
func compare(old, now []string) []line {
	var head, tail []line
	for len(old) > 0 && len(now) > 0 && old[0] == now[0] {
		head = append(head, line{' ', old[0]})
		old, now = old[1:], now[1:]
	}
	for len(old) > 0 && len(now) > 0 && old[len(old)-1] == now[len(now)-1] {
		tail = append([]line{{' ', old[len(old)-1]}}, tail...)
		old, now = old[:len(old)-1], now[:len(now)-1]
	}
	return append(append(head, middle(old, now)...), tail...)
}

// middle compares what begins and ends differently.
func middle(old, now []string) []line {
	var all []line
	if len(old)*len(now) <= maxTable {
		common := table(old, now)
		for len(old) > 0 && len(now) > 0 {
			i, j := len(common)-1-len(old), len(common[0])-1-len(now)
			switch {
			case old[0] == now[0]:
				all = append(all, line{' ', old[0]})
				old, now = old[1:], now[1:]
			case common[i+1][j] >= common[i][j+1]:
				all = append(all, line{'-', old[0]})
				old = old[1:]
			default:
				all = append(all, line{'+', now[0]})
				now = now[1:]
			}
		}
	}
	for _, text := range old {
		all = append(all, line{'-', text})
	}
	for _, text := range now {
		all = append(all, line{'+', text})
	}
	return all
}

// table has the length of the longest common sequence of all ends.
func table(old, now []string) [][]int32 {
	common := make([][]int32, len(old)+1)
	for i := range common {
		common[i] = make([]int32, len(now)+1)
	}
	for i := len(old) - 1; i >= 0; i-- {
		for j := len(now) - 1; j >= 0; j-- {
			if old[i] == now[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	return common
}

package limit

import (
	"encoding/binary"
	"time"
)

// state is what a key's counter holds, in milliseconds and as whole numbers. Its
// meaning is the algorithm's:
//
//	FixedWindow    the window's first moment, the count
//	SlidingWindow  the number of the newest slot, counts of it and of those before
//	GCRA           when the level was as it is, the level (Window for a request)
//
// A state that can't be read is an empty one.
type state []int64

// take counts a request at now, in milliseconds of the Unix epoch, if there is
// room. The state is changed in place where it is long enough; what it becomes for
// a request that is refused is not kept.
func (l Limit) take(s state, now int64) (state, Verdict) {
	switch l.Algorithm {
	case SlidingWindow:
		return l.takeSliding(s, now)
	case GCRA:
		return l.takeGCRA(s, now)
	}
	return l.takeFixed(s, now)
}

func (l Limit) takeFixed(s state, now int64) (state, Verdict) {
	window := l.Window.Milliseconds()
	if len(s) != 2 || now >= s[0]+window || now < s[0]-window {
		s = state{now, 0}
	}
	left := s[0] + window - now
	if s[1] >= l.Count {
		return s, l.refuse(left)
	}
	s[1]++
	return s, l.allow(l.Count-s[1], left)
}

func (l Limit) takeSliding(s state, now int64) (state, Verdict) {
	window := l.Window.Milliseconds()
	slot := now * Slots / window
	s = shift(s, slot)
	sum, oldest := int64(0), 0
	for i, n := range s[1:] {
		if sum += n; n > 0 {
			oldest = i
		}
	}
	// A slot is left behind when the newest is 65 further.
	end := (s[0]-int64(oldest)+Slots+1)*window/Slots + 1
	if sum >= l.Count {
		return s, l.refuse(max(end-now, 1))
	}
	s[1]++
	return s, l.allow(l.Count-sum-1, window)
}

// shift makes slot the newest one, unless it is older than that.
func shift(s state, slot int64) state {
	if len(s) != Slots+2 || slot-s[0] > Slots || s[0]-slot > Slots {
		s = make(state, Slots+2)
		s[0] = slot
	}
	if by := slot - s[0]; by > 0 {
		copy(s[1+by:], s[1:])
		clear(s[1 : 1+by])
		s[0] = slot
	}
	return s
}

func (l Limit) takeGCRA(s state, now int64) (state, Verdict) {
	window := l.Window.Milliseconds()
	full := l.burst() * window
	if len(s) != 2 || s[1] < 0 || now < s[0]-window {
		s = state{now, 0}
	}
	s[1] = min(s[1], full) // which another configuration may have put higher
	if now > s[0] {
		s[1] = leak(s[1], now-s[0], l.Count)
		s[0] = now
	}
	if over := s[1] + window - full; over > 0 {
		return s, l.refuse(ceil(over, l.Count))
	}
	s[1] += window
	return s, l.allow((full-s[1])/window, ceil(s[1], l.Count))
}

// leak returns a level after ms milliseconds, which each take rate off it.
func leak(level, ms, rate int64) int64 {
	if ms >= ceil(level, rate) {
		return 0
	}
	return level - ms*rate
}

func ceil(a, b int64) int64 { return (a + b - 1) / b }

// giveBack takes a request out again that take has counted.
func (l Limit) giveBack(s state) state {
	switch {
	case len(s) < 2:
	case l.Algorithm == GCRA:
		s[1] = max(s[1]-l.Window.Milliseconds(), 0)
	case l.Algorithm == FixedWindow:
		s[1] = max(s[1]-1, 0)
	default:
		for i := range s[1:] {
			if s[1+i] > 0 {
				s[1+i]--
				break
			}
		}
	}
	return s
}

// until returns when the state means nothing any more.
func (l Limit) until(s state) int64 {
	window := l.Window.Milliseconds()
	switch {
	case len(s) < 2:
		return 0
	case l.Algorithm == GCRA:
		return s[0] + ceil(s[1], l.Count)
	case l.Algorithm == FixedWindow:
		return s[0] + window
	}
	return (s[0]+Slots+1)*window/Slots + 1
}

func (l Limit) allow(left, reset int64) Verdict {
	return Verdict{Allowed: true, Count: l.Count, Remaining: left, Reset: time.Duration(reset) * time.Millisecond}
}

func (l Limit) refuse(reset int64) Verdict {
	return Verdict{Count: l.Count, Reset: time.Duration(reset) * time.Millisecond}
}

// encode appends a state as varints, which makes a sliding window's short.
func (s state) encode(to []byte) []byte {
	for _, n := range s {
		to = binary.AppendVarint(to, n)
	}
	return to
}

// decode reads what encode has written; nil for anything else.
func decode(data []byte) state {
	if len(data) == 0 {
		return nil
	}
	// Each byte below 128 ends a number.
	numbers := 0
	for _, b := range data {
		if b < 0x80 {
			numbers++
		}
	}
	s := make(state, 0, min(numbers, Slots+2))
	for len(data) > 0 {
		n, size := binary.Varint(data)
		if size <= 0 || len(s) == Slots+2 {
			return nil
		}
		s, data = append(s, n), data[size:]
	}
	return s
}

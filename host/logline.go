package host

import (
	"bytes"
	"strconv"
)

// maxLine bounds a line that the guest writes to stdout or stderr: a longer one
// is cut into several.
const maxLine = 64 << 10

// lineBuffer joins what the guest writes piece by piece into lines.
type lineBuffer struct{ b []byte }

// write adds data and calls emit for each line that is complete.
func (l *lineBuffer) write(data []byte, emit func(line string)) {
	for len(data) > 0 {
		i := bytes.IndexByte(data, '\n')
		n, skip := i, i+1
		if i < 0 {
			n, skip = len(data), len(data)
		}
		room := maxLine - len(l.b)
		if full := n > room; full {
			n, skip, i = room, room, room
		}
		l.b = append(l.b, data[:n]...)
		data = data[skip:]
		if i >= 0 {
			l.flush(emit)
		}
	}
}

// flush gives out what is there.
func (l *lineBuffer) flush(emit func(line string)) {
	if len(l.b) > 0 {
		emit(string(l.b))
		l.b = l.b[:0]
	}
}

// output is what the guest wrote to a file descriptor: 1 is logged as info, 2 as
// error.
func (vm *VM) output(fd uint32, data []byte) {
	vm.out[fd-1].write(data, func(line string) { vm.log(outputLevel(fd), line) })
}

func outputLevel(fd uint32) LogLevel {
	if fd == 1 {
		return LogInfo
	}
	return LogError
}

// flushOutput logs the lines that have no end.
func (vm *VM) flushOutput() {
	for i := range vm.out {
		vm.out[i].flush(func(line string) { vm.log(outputLevel(uint32(i+1)), line) })
	}
}

// logAs writes a line in the name of a plugin while no code runs.
func (vm *VM) logAs(p *Plugin, level LogLevel, msg string) {
	if vm.logs(level) {
		vm.o.Log(level, p.label(), msg)
	}
}

func quote(s string) string {
	if len(s) > 200 {
		s = s[:200] + "…"
	}
	return strconv.Quote(s)
}

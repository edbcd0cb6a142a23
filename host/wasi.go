package host

import (
	"io"
	"sort"
)

// The errno values of WASI that the host answers.
const (
	errnoSuccess = 0
	errnoBadF    = 8
	errnoFault   = 21
	errnoInval   = 28
	errnoIO      = 29
	errnoNoEnt   = 44
	errnoNoSys   = 52
	errnoNotDir  = 20
	errnoNotSup  = 58
)

// maxRandom bounds one random_get, as on Envoy.
const maxRandom = 64 << 10

// wasiFunctions are the functions of WASI preview 1 with the answers of Envoy
// 1.39: a clock, random numbers, an environment, log lines for stdout and
// stderr, and no files and sockets. Older gateways have only 18 of them; whether
// a module needs more is the build's question, not the host's.
func wasiFunctions(module string) []hostFunction {
	list := append(wasiCore(), wasiFiles()...)
	for i := range list {
		f := &list[i]
		f.module = module
		switch f.name {
		case "fd_write", "clock_time_get", "poll_oneoff":
			f.phases = anyPhase
		default:
			f.phases = phaseCallback | phaseStart
		}
	}
	return list
}

func wasi(name, params string, run func(vm *VM, s []uint64) uint32) hostFunction {
	return hostFunction{name: name, params: types(params), results: types("i"), run: run}
}

func errno(n uint32) func(*VM, []uint64) uint32 {
	return func(*VM, []uint64) uint32 { return n }
}

func wasiCore() []hostFunction {
	exit := wasi("proc_exit", "i", errno(0))
	exit.results = nil
	// On Envoy proc_exit returns and the guest goes on; SDKs and runtimes trap
	// by themselves where they must not.
	exit.run = func(vm *VM, s []uint64) uint32 {
		vm.log(LogWarn, "proc_exit was called: a plugin can't exit, it goes on")
		return 0
	}
	return []hostFunction{
		exit,
		wasi("environ_get", "ii", wasiEnvironGet),
		wasi("environ_sizes_get", "ii", wasiEnvironSizes),
		wasi("args_get", "ii", errno(errnoSuccess)),
		wasi("args_sizes_get", "ii", func(vm *VM, s []uint64) uint32 { return vm.putZeros(s[0], s[1]) }),
		wasi("clock_time_get", "iIi", wasiClockTime),
		wasi("clock_res_get", "ii", wasiClockRes),
		wasi("random_get", "ii", wasiRandom),
		wasi("sched_yield", "", errno(errnoSuccess)),
		// Go's runtime wants success here.
		wasi("poll_oneoff", "iiii", func(vm *VM, s []uint64) uint32 { return vm.putZeros(s[3]) }),
	}
}

// environ renders the environment as WASI wants it: "name=value\0", sorted.
func environ(env map[string]string) [][]byte {
	names := make([]string, 0, len(env))
	for name := range env {
		names = append(names, name)
	}
	sort.Strings(names)
	list := make([][]byte, len(names))
	for i, name := range names {
		list[i] = []byte(name + "=" + env[name] + "\x00")
	}
	return list
}

func wasiEnvironSizes(vm *VM, s []uint64) uint32 {
	size := 0
	for _, e := range vm.env {
		size += len(e)
	}
	if !vm.putU32(s[0], uint32(len(vm.env))) || !vm.putU32(s[1], uint32(size)) {
		return errnoFault
	}
	return errnoSuccess
}

func wasiEnvironGet(vm *VM, s []uint64) uint32 {
	array, buf := s[0], s[1]
	for _, e := range vm.env {
		view, ok := vm.read(buf, uint64(len(e)))
		if !ok || !vm.putU32(array, uint32(buf)) {
			return errnoFault
		}
		copy(view, e)
		array, buf = array+4, buf+uint64(len(e))
	}
	return errnoSuccess
}

// putZeros stores a 32-bit zero at each address.
func (vm *VM) putZeros(ptrs ...uint64) uint32 {
	for _, p := range ptrs {
		if !vm.putU32(p, 0) {
			return errnoFault
		}
	}
	return errnoSuccess
}

// wasiClockTime: (clock, precision, result pointer).
func wasiClockTime(vm *VM, s []uint64) uint32 {
	var ns int64
	switch uint32(s[0]) {
	case 0:
		ns = vm.o.Now().UnixNano()
	case 1:
		ns = int64(vm.o.Now().Sub(vm.started)) + 1
	default:
		return errnoNotSup
	}
	if !vm.putU64(s[2], uint64(ns)) {
		return errnoFault
	}
	return errnoSuccess
}

func wasiClockRes(vm *VM, s []uint64) uint32 {
	if uint32(s[0]) > 1 {
		return errnoNotSup
	}
	if !vm.putU64(s[1], 1) {
		return errnoFault
	}
	return errnoSuccess
}

func wasiRandom(vm *VM, s []uint64) uint32 {
	if uint32(s[1]) > maxRandom {
		return errnoInval
	}
	view, ok := vm.read(s[0], s[1])
	if !ok {
		return errnoFault
	}
	if _, err := io.ReadFull(vm.o.Random, view); err != nil {
		return errnoIO
	}
	return errnoSuccess
}

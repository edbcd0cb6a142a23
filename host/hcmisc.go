package host

import (
	"math"
	"time"
)

// hcLog: (level, message pointer, message size).
func hcLog(vm *VM, s []uint64) Status {
	level := LogLevel(uint32(s[0]))
	if level > LogCritical {
		return StatusBadArgument
	}
	msg, ok := vm.read(s[1], s[2])
	if !ok {
		return StatusInvalidMemoryAccess
	}
	if vm.logs(level) {
		vm.log(level, string(msg))
	}
	return StatusOK
}

func (vm *VM) logs(level LogLevel) bool { return vm.o.Log != nil && level >= vm.o.LogLevel }

// log writes a line in the name of the plugin whose code runs.
func (vm *VM) log(level LogLevel, msg string) {
	if !vm.logs(level) {
		return
	}
	plugin := ""
	if sc := vm.scopeNow(); sc != nil {
		plugin = sc.root.label()
	}
	vm.o.Log(level, plugin, msg)
}

func hcGetLogLevel(vm *VM, s []uint64) Status {
	return vm.putWord(s[0], uint32(vm.o.LogLevel))
}

func (vm *VM) putWord(ptr uint64, v uint32) Status {
	if !vm.putU32(ptr, v) {
		return StatusInvalidMemoryAccess
	}
	return StatusOK
}

// hcGetStatus: (code pointer, message pointer pointer, message size pointer):
// why the last callout failed.
func hcGetStatus(vm *VM, s []uint64) Status {
	var code uint32
	var msg string
	if p := vm.scopeNow().root; p != nil {
		code, msg = p.statusCode, p.statusMessage
	}
	if !vm.putU32(s[0], code) {
		return StatusInvalidMemoryAccess
	}
	return vm.giveString(msg, s[1], s[2])
}

func hcSetTick(vm *VM, s []uint64) Status {
	p := vm.scopeNow().root
	if p == nil {
		return StatusBadArgument
	}
	p.setTick(time.Duration(uint32(s[0])) * time.Millisecond)
	return StatusOK
}

func hcCurrentTime(vm *VM, s []uint64) Status {
	if !vm.putU64(s[0], uint64(vm.o.Now().UnixNano())) {
		return StatusInvalidMemoryAccess
	}
	return StatusOK
}

func hcEffectiveContext(vm *VM, s []uint64) Status {
	sc := vm.scopes[uint32(s[0])]
	if uint32(s[0]) == 0 {
		sc = &vm.self
	}
	if sc == nil {
		return StatusBadArgument
	}
	vm.eff = sc
	return StatusOK
}

// hcDone ends a plugin whose proxy_on_done said false.
func hcDone(vm *VM, _ []uint64) Status {
	p := vm.scopeNow().root
	if p == nil || !p.doneAsked || p.done {
		return StatusNotFound
	}
	vm.after = append(vm.after, p.remove)
	return StatusOK
}

// hcGRPC answers for a call or a stream whose first arguments are so many texts:
// this host makes no gRPC callouts.
func hcGRPC(texts int) func(vm *VM, s []uint64) Status {
	return func(vm *VM, s []uint64) Status {
		for i := range texts {
			if _, ok := vm.read(s[2*i], s[2*i+1]); !ok {
				return StatusInvalidMemoryAccess
			}
		}
		return StatusUnimplemented
	}
}

// The kinds of callouts, which are the two lowest bits of a token on Envoy.
const (
	tokenKind       = 3
	tokenGRPCCall   = 1
	tokenGRPCStream = 2
)

// hcGRPCToken answers for a token that no gRPC call of this host has given out.
func hcGRPCToken(_ *VM, s []uint64) Status {
	switch uint32(s[0]) & tokenKind {
	case tokenGRPCCall, tokenGRPCStream:
		return StatusNotFound
	}
	return StatusBadArgument
}

// hcGRPCSend: (token, message, end of stream).
func hcGRPCSend(vm *VM, s []uint64) Status {
	if _, ok := vm.read(s[1], s[2]); !ok {
		return StatusInvalidMemoryAccess
	}
	if uint32(s[0])&tokenKind == tokenGRPCStream {
		return StatusNotFound
	}
	return StatusBadArgument
}

// milliseconds reads a timeout, which is signed on Envoy.
func milliseconds(v uint64) (time.Duration, bool) {
	if uint32(v) > math.MaxInt32 {
		return 0, false
	}
	return time.Duration(uint32(v)) * time.Millisecond, true
}

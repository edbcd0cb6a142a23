package host

import (
	"context"
	"encoding/binary"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host/internal/wasmtest"
)

// allHostCalls are the host functions that a fuzzed guest calls, sorted.
func allHostCalls() []*hostFunction {
	var list []*hostFunction
	for _, f := range hostFunctions {
		if f.offered(ABI021) && f.module != "wasi_unstable" {
			list = append(list, f)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].name < list[j].name })
	return list
}

// fuzzTakes are the bytes of the input that stand for one argument: how it is
// meant, and a number.
const fuzzTakes = 3

// fuzzArgument makes an argument of three bytes: a small number, an address near
// the input, one near the end of the memory, or one of the extremes.
func fuzzArgument(b []byte) uint64 {
	n := uint64(binary.LittleEndian.Uint16(b[1:]))
	switch b[0] % 6 {
	case 0:
		return n & 0xff
	case 1:
		return fuzzData + n&0x3ff
	case 2:
		return 8<<16 - n&0x3f // the memory has 8 pages
	case 3:
		return 0xffff_ffff - n&0xff
	case 4:
		return n << 16
	default:
		return outAddr + n&0x3f
	}
}

// fuzzData is where the guest's memory has the input.
const fuzzData = 64 << 10

// fuzzCalls runs calls as the input says: a byte for the function, three for each
// argument; the whole input is in the memory as well.
func fuzzCalls(t *testing.T, vm *VM, sc *scope, input []byte) {
	all := allHostCalls()
	if !vm.mem.Write(fuzzData, input[:min(len(input), 4096)]) {
		t.Fatal("no room for the input")
	}
	for calls := 0; len(input) > 0 && calls < 50 && vm.Err() == nil; calls++ {
		called := all[int(input[0])%len(all)]
		f := resolve(vm.mod, "call_"+called.name)
		input = input[1:]
		if f == nil {
			t.Fatalf("the module has no import %s", called.name)
		}
		args := make([]uint64, len(called.params))
		if len(input) < len(args)*fuzzTakes {
			return
		}
		for i := range args {
			args[i] = fuzzArgument(input)
			input = input[fuzzTakes:]
		}
		v, err := vm.invoke(sc, f, args...)
		if err == nil && called.module == "env" && strings.HasPrefix(called.name, "proxy_") && v > uint64(StatusUnimplemented) {
			t.Fatalf("%s(%d) answers %d, which is no status", called.name, args, v)
		}
		if err == nil {
			vm.runAfter()
		}
	}
}

// FuzzHostCalls: no arguments of host calls make the host fail in another way
// than by a status or by the end of that VM, whatever the phase.
func FuzzHostCalls(f *testing.F) {
	for i := range allHostCalls() { // each function: small numbers, good addresses, the memory's end, extremes
		for kind := range byte(6) {
			seed := []byte{byte(i)}
			for n := range byte(12) {
				seed = append(seed, kind+n%2, n*7, n)
			}
			f.Add(byte(0), seed)
		}
	}
	f.Add(byte(1), []byte("\x00\x00\x01\x00"))
	ctx := context.Background()
	code, err := sharedRuntime().Compile(ctx, "fuzz", rigModule("0_2_1", wasmtest.Callbacks()))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, phase byte, input []byte) {
		w := NewWorker()
		w.Do(func() {
			vm, err := code.NewVM(ctx, VMOptions{Worker: w, CallTimeout: 5 * time.Second, Log: func(LogLevel, string, string) {}})
			if err != nil {
				t.Fatal(err)
			}
			defer vm.Close(ctx)
			p, err := vm.StartPlugin(ctx, "fuzz", []byte("configuration"))
			if err != nil {
				t.Fatal(err)
			}
			fuzzCalls(t, vm, fuzzScope(p, phase), input)
		})
	})
}

// fuzzScope is where calls are made: at the plugin, or in some phase of a stream.
func fuzzScope(p *Plugin, phase byte) *scope {
	if phase%5 == 0 {
		return &p.scope
	}
	c := p.NewHTTPStream(newFakeHTTP())
	for i, step := range []func(){
		func() { _, _ = c.OnRequestHeaders(1, false) }, func() { _, _ = c.OnRequestBody(3, true) },
		func() { _, _ = c.OnResponseHeaders(1, false) }, func() { _, _ = c.OnResponseBody(3, true) },
	} {
		if i < int(phase%5) {
			step()
		}
	}
	return &c.scope
}

package mem

import (
	"bytes"
	"testing"
	"unsafe"
)

func address(p *byte) uintptr { return uintptr(unsafe.Pointer(p)) }

func TestArenaClaims(t *testing.T) {
	var a Arena
	for _, size := range []uint32{1, 7, 8, 100, largeSize, largeSize + 1, 100_000} {
		p := a.Allocate(size)
		copy(unsafe.Slice(p, size), bytes.Repeat([]byte{byte(size)}, int(size)))
		b, ok := a.Claim(address(p), size)
		if !ok || len(b) != int(size) || b[size-1] != byte(size) {
			t.Errorf("size %d: claimed %d bytes, %v", size, len(b), ok)
		}
		if address(p)%8 != 0 {
			t.Errorf("size %d: address %x is not aligned", size, address(p))
		}
	}
}

func TestArenaKeepsWhatWasHandedOut(t *testing.T) {
	var a Arena
	var kept []string
	for i := range 5000 {
		p := a.Allocate(40)
		copy(unsafe.Slice(p, 40), bytes.Repeat([]byte{byte(i)}, 40))
		b, _ := a.Claim(address(p), 40)
		kept = append(kept, String(b))
	}
	for i, s := range kept {
		if s != string(bytes.Repeat([]byte{byte(i)}, 40)) {
			t.Fatalf("string %d was overwritten: %q", i, s)
		}
	}
}

func TestArenaRefuses(t *testing.T) {
	var a Arena
	p := a.Allocate(16)
	for name, c := range map[string]struct {
		address uintptr
		size    uint32
	}{
		"one byte too long":  {address(p), 17},
		"longest":            {address(p), 1<<32 - 1},
		"before":             {address(p) - 1, 4},
		"behind":             {address(p) + 17, 1},
		"null":               {0, 4},
		"highest address":    {^uintptr(0), 4},
		"overlaps the end":   {address(p) + 15, 2},
		"address of another": {address(new(byte)), 1},
	} {
		if b, ok := a.Claim(c.address, c.size); ok {
			t.Errorf("%s: claimed %d bytes", name, len(b))
		}
	}
	if b, ok := a.Claim(address(p)+8, 8); !ok || len(b) != 8 {
		t.Errorf("a part can't be claimed: %d bytes, %v", len(b), ok)
	}
}

func TestArenaSizes(t *testing.T) {
	var a Arena
	if a.Allocate(0) == nil {
		t.Error("size 0 gave a null pointer, which hosts take for out of memory")
	}
	if b, ok := a.Claim(0, 0); !ok || len(b) != 0 {
		t.Error("no bytes can't be claimed")
	}
	if _, ok := a.Claim(address(&zero[0]), 1); ok {
		t.Error("a byte was claimed of an allocation of none")
	}
	if a.Allocate(maxSize+1) != nil || a.Allocate(1<<32-1) != nil {
		t.Error("more than the address space was handed out")
	}
}

func TestArenaDoesNotAllocatePerCall(t *testing.T) {
	var a Arena
	n := testing.AllocsPerRun(1000, func() {
		p := a.Allocate(48)
		if _, ok := a.Claim(address(p), 48); !ok {
			t.Error("not claimed")
		}
	})
	if n > 0.01 {
		t.Errorf("%v allocations a call", n)
	}
}

func FuzzClaim(f *testing.F) {
	f.Add(uint32(16), uint32(0), uint32(16))
	f.Add(uint32(0), uint32(0), uint32(1))
	f.Add(uint32(5000), uint32(4999), uint32(1))
	f.Fuzz(func(t *testing.T, size, offset, claim uint32) {
		var a Arena
		size %= 1 << 20
		p := a.Allocate(size)
		b, ok := a.Claim(address(p)+uintptr(offset), claim)
		if fits := uint64(offset)+uint64(claim) <= uint64(size); claim > 0 && ok != fits {
			t.Errorf("claimed %d at %d of %d: %v", claim, offset, size, ok)
		}
		if ok && len(b) != int(claim) {
			t.Errorf("claimed %d, got %d", claim, len(b))
		}
	})
}

func TestArenaSharesSlabs(t *testing.T) {
	var a Arena
	claim := func(size uint32) []byte {
		b, ok := a.Claim(address(a.Allocate(size)), size)
		if !ok || len(b) != int(size) || cap(b) != int(size) {
			t.Fatalf("%d bytes: %d, %t", size, len(b), ok)
		}
		return b
	}
	var kept [][]byte
	for i := range 20 {
		b := claim(16 << 10)
		for j := range b {
			if b[j] != 0 {
				t.Fatal("memory that was used before")
			}
			b[j] = byte(i + 1)
		}
		kept = append(kept, b)
		claim(100) // small results come from elsewhere
	}
	for i, b := range kept {
		for j := range b {
			if b[j] != byte(i+1) {
				t.Fatalf("result %d was written to", i)
			}
		}
	}
	if n := testing.AllocsPerRun(80, func() { claim(16 << 10) }); n > 0.2 {
		t.Errorf("%v allocations for a result of 16 KiB", n)
	}
}

func TestArenaLends(t *testing.T) {
	var a Arena
	mine := make([]byte, 0, 64)
	a.Lend(mine)
	p := a.Allocate(64)
	if b, ok := a.Claim(address(p), 64); !ok || unsafe.SliceData(b) != unsafe.SliceData(mine) {
		t.Error("the result is not in the memory that was lent")
	}
	if p := a.Allocate(8); p == unsafe.SliceData(mine) {
		t.Error("what was lent for one result is used for another")
	}
	a.Lend(mine)
	if p := a.Allocate(65); p == unsafe.SliceData(mine) {
		t.Error("a result that doesn't fit is written over the end")
	}
	a.Lend(mine)
	a.Lend(nil)
	if p := a.Allocate(8); p == unsafe.SliceData(mine) {
		t.Error("lending has not ended")
	}
}

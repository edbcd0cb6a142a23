package wasmtest

// I32 pushes a constant.
func I32(n int32) []byte { return append([]byte{0x41}, signed(int64(n))...) }

// I64 pushes a constant.
func I64(n int64) []byte { return append([]byte{0x42}, signed(n)...) }

// Get pushes a local (parameters come first).
func Get(i uint32) []byte { return append([]byte{0x20}, U32(i)...) }

// Set pops into a local.
func Set(i uint32) []byte { return append([]byte{0x21}, U32(i)...) }

// Call calls a function by its index.
func Call(f uint32) []byte { return append([]byte{0x10}, U32(f)...) }

// Br branches to the label that many levels out.
func Br(label uint32) []byte { return append([]byte{0x0c}, U32(label)...) }

// Load replaces an address by the i32 there, plus a fixed offset.
func Load(offset uint32) []byte { return append([]byte{0x28, 2}, U32(offset)...) }

// Store pops a value and an address.
func Store(offset uint32) []byte { return append([]byte{0x36, 2}, U32(offset)...) }

// Simple instructions.
var (
	Drop        = []byte{0x1a}
	Add         = []byte{0x6a}
	Sub         = []byte{0x6b}
	Loop        = []byte{0x03, 0x40} // loop without a result; close it with End
	Return      = []byte{0x0f}
	Unreachable = []byte{0x00}
	Grow        = []byte{0x40, 0} // memory.grow
	End         = []byte{0x0b}
	If          = []byte{0x04, 0x40} // if without a result; close it with End
	Forever     = []byte{0x03, 0x40, 0x0c, 0, 0x0b}
)

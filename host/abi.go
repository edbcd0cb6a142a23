package host

// ABI is a version of the Proxy-Wasm ABI that the host speaks.
type ABI uint8

// The versions, oldest first.
const (
	ABI010   ABI = iota + 1 // 0.1.0
	ABI020                  // 0.2.0
	ABI021                  // 0.2.1
	ABI02100                // 0.2.100, the dialect of Higress
)

// abiExports are the marker functions by which a module says its ABI.
var abiExports = [...]struct {
	export string
	abi    ABI
}{
	{"proxy_abi_version_0_1_0", ABI010},
	{"proxy_abi_version_0_2_0", ABI020},
	{"proxy_abi_version_0_2_1", ABI021},
	{"proxy_abi_version_0_2_100", ABI02100},
}

// String returns the version as it is written, for example "0.2.1".
func (a ABI) String() string {
	switch a {
	case ABI010:
		return "0.1.0"
	case ABI020:
		return "0.2.0"
	case ABI021:
		return "0.2.1"
	case ABI02100:
		return "0.2.100"
	}
	return "unknown"
}

// abiOf returns the version of the first marker in export order, which is how
// the C++ hosts choose.
func abiOf(exports []string) (ABI, bool) {
	for _, e := range exports {
		for _, m := range abiExports {
			if e == m.export {
				return m.abi, true
			}
		}
	}
	return 0, false
}

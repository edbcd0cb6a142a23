package jose

import (
	"crypto/sha256"
	"strings"
)

// thumbprint names what a key verifies with, whatever its kid, alg and use are, by
// RFC 7638: the SHA-256 of its members that count, in their order and without
// spaces. RFC 8037, appendix A.3, does the same for OKP. Keys of two sets that
// verify the same signatures have the same.
type thumbprint [sha256.Size]byte

// counting are the members of a thumbprint, in the order of their names.
func counting(kty string) []string {
	switch kty {
	case "EC":
		return []string{"crv", "kty", "x", "y"}
	case "OKP":
		return []string{"crv", "kty", "x"}
	case "RSA":
		return []string{"e", "kty", "n"}
	default:
		return []string{"k", "kty"}
	}
}

// thumbprint is that of a key whose members were read before: base64url, and the
// names of types and curves, which need no escapes in JSON.
func (m members) thumbprint(kty string) (thumbprint, error) {
	var b strings.Builder
	for _, name := range counting(kty) {
		value, err := m.text(name)
		if err != nil {
			return thumbprint{}, err
		}
		b.WriteString(`,"` + name + `":"` + value + `"`)
	}
	return sha256.Sum256([]byte("{" + b.String()[1:] + "}")), nil
}

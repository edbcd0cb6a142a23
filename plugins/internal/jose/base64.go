package jose

import "encoding/base64"

// decode reads base64url without padding (RFC 7515, section 2). One value has
// one text: line breaks, padding and bits behind the end are refused, which
// encoding/base64 alone lets pass in part.
func decode(text string) ([]byte, bool) {
	for i := range len(text) {
		if c := text[i]; c == '\r' || c == '\n' {
			return nil, false
		}
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return raw, err == nil
}

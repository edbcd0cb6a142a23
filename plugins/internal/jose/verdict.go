package jose

// verdict is whether a key has made a token's signature. That is arithmetic: it
// depends on the token's text and on the key's numbers, and on nothing that can
// change. Whether the key may be used for the token is not part of it.
type verdict struct {
	key thumbprint
	ok  bool
}

// maxVerdicts is how many a token remembers.
const maxVerdicts = 8

// verified reports whether the key has made the signature, and computes that once
// for a token and a key.
func (t *Token) verified(k *key) bool {
	for _, v := range t.verdicts {
		if v.key == k.thumbprint {
			return v.ok
		}
	}
	v := verdict{k.thumbprint, k.checks(t.algorithm, t.signed, t.signature)}
	if len(t.verdicts) == maxVerdicts {
		t.verdicts = nil // so many keys that fit are rare
	}
	t.verdicts = append(t.verdicts, v)
	return v.ok
}

// proven reports whether some key has made the signature.
func (t *Token) proven() bool {
	for _, v := range t.verdicts {
		if v.ok {
			return true
		}
	}
	return false
}

package sign

import (
	"crypto/rand"
	"encoding/json"
	"errors"

	"golang.org/x/crypto/nacl/secretbox"
	"golang.org/x/crypto/scrypt"
)

// sealed is a private key as cosign encrypts it: a JSON object that says how the
// passphrase becomes a key (scrypt) and holds what is encrypted with it (NaCl's
// secretbox).
type sealed struct {
	KDF struct {
		Name   string `json:"name"`
		Params struct {
			N int `json:"N"`
			R int `json:"r"`
			P int `json:"p"`
		} `json:"params"`
		Salt []byte `json:"salt"`
	} `json:"kdf"`
	Cipher struct {
		Name  string `json:"name"`
		Nonce []byte `json:"nonce"`
	} `json:"cipher"`
	Ciphertext []byte `json:"ciphertext"`
}

const (
	kdfName    = "scrypt"
	cipherName = "nacl/secretbox"
	saltSize   = 32
	// scryptN is the cost of new files, and scryptR and scryptP those of all:
	// 64 MiB and about a tenth of a second.
	scryptN = 1 << 16
	scryptR = 8
	scryptP = 1
)

// errNoPassphrase is for an encrypted key where nobody can be asked.
var errNoPassphrase = errors.New("the key is encrypted, and there is no passphrase")

// check refuses what no known tool writes, and a cost that fills the memory.
func (s *sealed) check() error {
	p := s.KDF.Params
	switch {
	case s.KDF.Name != kdfName || s.Cipher.Name != cipherName:
		return malformedf("a key encrypted with %.20q and %.20q; want %s and %s", s.KDF.Name, s.Cipher.Name, kdfName, cipherName)
	case p.N != 1<<15 && p.N != scryptN && p.N != 1<<17, p.R != scryptR, p.P != scryptP:
		return malformedf("a key encrypted with the scrypt parameters N=%d, r=%d, p=%d", p.N, p.R, p.P)
	case len(s.Cipher.Nonce) != 24:
		return malformedf("a key encrypted with a nonce of %d bytes; want 24", len(s.Cipher.Nonce))
	case len(s.KDF.Salt) == 0 || len(s.KDF.Salt) > 1024:
		return malformedf("a key encrypted with a salt of %d bytes", len(s.KDF.Salt))
	default:
		return nil
	}
}

// key makes that of the cipher.
func (s *sealed) key(passphrase []byte) (*[32]byte, error) {
	raw, err := scrypt.Key(passphrase, s.KDF.Salt, s.KDF.Params.N, s.KDF.Params.R, s.KDF.Params.P, 32)
	if err != nil {
		return nil, err
	}
	return (*[32]byte)(raw), nil
}

func seal(plain, passphrase []byte) ([]byte, error) {
	var s sealed
	var nonce [24]byte
	s.KDF.Name, s.Cipher.Name = kdfName, cipherName
	s.KDF.Params.N, s.KDF.Params.R, s.KDF.Params.P = scryptN, scryptR, scryptP
	s.KDF.Salt = make([]byte, saltSize)
	if _, err := rand.Read(s.KDF.Salt); err != nil {
		return nil, err
	}
	if _, err := rand.Read(nonce[:]); err != nil {
		return nil, err
	}
	key, err := s.key(passphrase)
	if err != nil {
		return nil, err
	}
	s.Cipher.Nonce = nonce[:]
	s.Ciphertext = secretbox.Seal(nil, plain, &nonce, key)
	return json.Marshal(s)
}

func unseal(text []byte, passphrase func() ([]byte, error)) ([]byte, error) {
	var s sealed
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, malformedf("encrypted key: %v", err)
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	if passphrase == nil {
		return nil, errNoPassphrase
	}
	word, err := passphrase()
	if err != nil {
		return nil, err
	}
	key, err := s.key(word)
	clear(word)
	if err != nil {
		return nil, err
	}
	plain, ok := secretbox.Open(nil, s.Ciphertext, (*[24]byte)(s.Cipher.Nonce), key)
	if !ok {
		return nil, ErrPassphrase
	}
	return plain, nil
}

package sign

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// PairOptions say what WritePair makes.
type PairOptions struct {
	// Name is that of the files, before ".key" and ".pub".
	Name string
	// Kind is the algorithm. Default ECDSA.
	Kind Kind
	// Passphrase encrypts the private key; Plain leaves it without protection.
	Passphrase []byte
	Plain      bool
}

// Pair says what WritePair has made.
type Pair struct {
	// Private and Public are the files.
	Private string `json:"private"`
	Public  string `json:"public"`
	// Kind and Fingerprint are the key's.
	Kind        Kind   `json:"kind"`
	Fingerprint string `json:"fingerprint"`
}

// errEmptyPassphrase is for a key that would look protected.
var errEmptyPassphrase = errors.New("the passphrase is empty; to leave the key without protection, ask for that")

// WritePair makes a pair of keys and writes both files, the private one for its
// owner alone. It replaces no file.
func WritePair(o PairOptions) (*Pair, error) {
	if len(o.Passphrase) == 0 && !o.Plain {
		return nil, errEmptyPassphrase
	}
	key, err := Generate(o.Kind)
	if err != nil {
		return nil, err
	}
	private, err := key.PlainPEM()
	if !o.Plain && err == nil {
		private, err = key.PEM(o.Passphrase)
	}
	if err != nil {
		return nil, err
	}
	p := &Pair{Private: o.Name + ".key", Public: o.Name + ".pub", Kind: key.Public().Kind(), Fingerprint: key.Public().Fingerprint()}
	if err := writeNew(p.Private, private, 0o600); err != nil {
		return nil, err
	}
	if err := writeNew(p.Public, key.Public().PEM(), 0o644); err != nil {
		return nil, errors.Join(err, os.Remove(p.Private))
	}
	return p, nil
}

func writeNew(path string, content []byte, mode os.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%w; keys are not replaced: name others, or remove them", err)
	}
	if err != nil {
		return err
	}
	n, err := f.Write(content)
	if err == nil && n < len(content) {
		err = io.ErrShortWrite
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

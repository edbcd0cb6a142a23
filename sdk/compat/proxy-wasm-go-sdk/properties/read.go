package properties

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// read returns the property at path.
func read(path []string) ([]byte, error) { return proxywasm.GetProperty(path) }

func text(path ...string) (string, error) {
	b, err := read(path)
	return string(b), err
}

// word reads a property of eight bytes.
func word(path []string) (uint64, error) {
	b, err := read(path)
	if err != nil {
		return 0, err
	}
	if len(b) != 8 {
		return 0, malformed(path)
	}
	return binary.LittleEndian.Uint64(b), nil
}

func malformed(path []string) error {
	return errors.New("property " + strings.Join(path, ".") + ": the host's value is not of the expected form")
}

func number(path ...string) (uint64, error) { return word(path) }

func float(path ...string) (float64, error) {
	bits, err := word(path)
	return math.Float64frombits(bits), err
}

func flag(path ...string) (bool, error) {
	b, err := read(path)
	switch {
	case err != nil:
		return false, err
	case len(b) > 1:
		return false, malformed(path)
	}
	return len(b) == 1 && b[0] != 0, nil
}

// moment reads a time; without one it returns now and the error.
func moment(path ...string) (time.Time, error) {
	nanos, err := word(path)
	if err != nil {
		return time.Now().UTC(), err
	}
	return time.Unix(0, int64(nanos)).UTC(), nil
}

// pairsAt reads a map, or a list, whose elements are keys without a value.
func pairsAt(path []string) ([][2]string, error) {
	b, err := read(path)
	if err != nil {
		return nil, err
	}
	pairs, ok := decodePairs(b)
	if !ok {
		return nil, malformed(path)
	}
	return pairs, nil
}

func textMap(path ...string) (map[string]string, error) {
	pairs, err := pairsAt(path)
	if err != nil {
		return nil, err
	}
	return mapOf(pairs), nil
}

func mapOf(pairs [][2]string) map[string]string {
	m := make(map[string]string, len(pairs))
	for _, p := range pairs {
		m[p[0]] = p[1]
	}
	return m
}

func texts(path ...string) ([]string, error) {
	pairs, err := pairsAt(path)
	if err != nil {
		return nil, err
	}
	list := make([]string, len(pairs))
	for i, p := range pairs {
		list[i] = p[0]
	}
	return list, nil
}

package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/headers"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func getMap(m abi.MapType) ([][2]string, error) {
	b, st := headers.All(m)
	if st != abi.StatusOK {
		return nil, statusError(st)
	}
	pairs, ok := mem.Pairs(b)
	if !ok {
		return nil, types.ErrMalformedHostData
	}
	if len(pairs) == 0 {
		return nil, types.ErrorStatusNotFound
	}
	return pairs, nil
}

func setMap(m abi.MapType, pairs [][2]string) error {
	if err := checkHeaders(pairs); err != nil {
		return err
	}
	headers.Forget()
	return statusError(abi.SetHeaderMapPairs(m, pairs))
}

func getMapValue(m abi.MapType, key string) (string, error) {
	value, st := headers.Get(m, key)
	if st != abi.StatusOK {
		return "", statusError(st)
	}
	return value, nil
}

func removeMapValue(m abi.MapType, key string) error {
	headers.Wrote(m, key)
	return statusError(abi.RemoveHeaderMapValue(m, key))
}

func replaceMapValue(m abi.MapType, key, value string) error {
	if err := checkHeader(key, value); err != nil {
		return err
	}
	headers.Wrote(m, key)
	return statusError(abi.ReplaceHeaderMapValue(m, key, value))
}

func addMapValue(m abi.MapType, key, value string) error {
	if err := checkHeader(key, value); err != nil {
		return err
	}
	headers.Wrote(m, key)
	return statusError(abi.AddHeaderMapValue(m, key, value))
}

package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// GetProperty is [proxywasm.GetProperty].
func GetProperty(path []string) ([]byte, error) {
	return proxywasm.GetProperty(path)
}

// GetPropertyMap is [proxywasm.GetPropertyMap].
func GetPropertyMap(path []string) ([][2]string, error) {
	return proxywasm.GetPropertyMap(path)
}

// SetProperty is [proxywasm.SetProperty].
func SetProperty(path []string, data []byte) error {
	return proxywasm.SetProperty(path, data)
}

//go:build !wasip1

package config

import (
	"reflect"

	"github.com/sluiceproxy/sluice/sdk/config/internal/registry"
)

// Register notes that the plugin of that name is configured with a T, for
// `sluice schema` to find; a name that is there already is noted anew. Options
// that start plugins call it; plugins need not. Inside a gateway it does
// nothing.
func Register[T any](plugin string, rules Rules) {
	registry.Add(registry.Entry{Plugin: plugin, Type: reflect.TypeFor[T](), Rules: uint8(rules)})
}

//go:build wasip1

package config

// Register notes that the plugin of that name is configured with a T, for
// `sluice schema` to find. Inside a gateway it does nothing.
func Register[T any](string, Rules) {}

//go:build sluice_no_resp

package wrapper

import "github.com/sluiceproxy/sluice/sdk/wrapper"

// value is resp.Value for a plugin in which nothing imports package resp, and
// that hence can't tell the difference: it is smaller without.
type value = wrapper.RedisValue

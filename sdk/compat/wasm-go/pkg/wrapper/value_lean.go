//go:build sluice_no_resp

package wrapper

import "github.com/sluiceproxy/sluice/sdk/wrapper"

// value stands for resp.Value in a plugin in which nothing imports package resp,
// so that no code can name it.
type value = wrapper.RedisValue

//go:build !sluice_no_resp

package wrapper

import "github.com/tidwall/resp"

type value = resp.Value

package wrapper

import (
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/internal/format"
	"github.com/sluiceproxy/sluice/sdk/internal/order"
)

// respQuery writes a command as a RESP list of bulk strings.
func respQuery(args []interface{}) []byte {
	b := append(make([]byte, 0, 32*len(args)), '*')
	b = strconv.AppendInt(b, int64(len(args)), 10)
	b = append(b, "\r\n"...)
	for _, arg := range args {
		text := respText(arg)
		b = append(b, '$')
		b = strconv.AppendInt(b, int64(len(text)), 10)
		b = append(b, "\r\n"...)
		b = append(b, text...)
		b = append(b, "\r\n"...)
	}
	return b
}

// respText writes an argument as fmt.Sprint does, but for bytes, which are sent
// as they are.
func respText(arg interface{}) string {
	switch v := arg.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case int:
		return strconv.Itoa(v)
	}
	return format.Sprintf("%v", arg)
}

// command puts together a command and arguments.
func command(name string, args ...interface{}) []interface{} {
	return append([]interface{}{name}, args...)
}

func withStrings(args []interface{}, more []string) []interface{} {
	for _, s := range more {
		args = append(args, s)
	}
	return args
}

// withMap appends a map's keys and values, in the order of the keys; values
// first where valueFirst.
func withMap(args []interface{}, m map[string]interface{}, valueFirst bool) []interface{} {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	order.Strings(keys)
	for _, key := range keys {
		if valueFirst {
			args = append(args, m[key], key)
		} else {
			args = append(args, key, m[key])
		}
	}
	return args
}

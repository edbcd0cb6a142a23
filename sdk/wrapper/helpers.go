package wrapper

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// MarshalStr returns the inside of a JSON string that stands for raw, without
// the quotes: {"a":1} becomes {\"a\":1}.
func MarshalStr(raw string) string {
	quoted := jsonscan.AppendQuoted(nil, raw)
	return string(quoted[1 : len(quoted)-1])
}

// UnmarshalStr returns what a JSON string, quotes included, stands for; "" and an
// error in the log where it is not one.
func UnmarshalStr(marshalledJsonStr string) string {
	json := strings.Trim(marshalledJsonStr, " \t\r\n")
	if json == "null" {
		return ""
	}
	if !isString(json) {
		log.Error("UnmarshalStr: not a JSON string")
		return ""
	}
	if !utf8.ValidString(json) {
		json = string([]rune(json)) // U+FFFD for what is not UTF-8
	}
	return jsonscan.Get([]byte(json)).String()
}

// isString reports whether text is one JSON string.
func isString(text string) bool {
	if len(text) < 2 || text[0] != '"' {
		return false
	}
	last := len(text) - 1
	for i := 1; i < last; i++ {
		switch c := text[i]; {
		case c < ' ' || c == '"':
			return false
		case c != '\\':
		case i+1 == last:
			return false // the quote at the end is escaped
		case text[i+1] == 'u':
			if i+6 > last || !isHex(text[i+2:i+6]) {
				return false
			}
			i += 5
		case strings.IndexByte(`"\/bfnrt`, text[i+1]) < 0:
			return false
		default:
			i++
		}
	}
	return text[last] == '"'
}

func isHex(s string) bool {
	for i := range len(s) {
		if unhex(s[i]) < 0 {
			return false
		}
	}
	return true
}

// GetPluginFingerPrint returns the plugin's name as the gateway knows it, "" on a
// host that doesn't tell.
func GetPluginFingerPrint() string {
	name, err := proxywasm.GetProperty([]string{"plugin_name"})
	if err != nil {
		return ""
	}
	return string(name)
}

// UnifySSEChunk returns data, a part of an event stream, with all line ends as
// "\n". A "\r\n" that is cut in two by parts becomes two.
func UnifySSEChunk(data []byte) []byte {
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
}

// IsResponseFromUpstream reports whether the response came from upstream; false
// for local replies, the gateway's own or a plugin's.
func IsResponseFromUpstream() bool {
	details, err := proxywasm.GetProperty([]string{"response", "code_details"})
	if err != nil {
		log.Error("get property response.code_details: " + err.Error())
		return false
	}
	return string(details) == "via_upstream"
}

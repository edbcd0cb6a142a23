package wrapper

import (
	"bytes"
	"encoding/json"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// MarshalStr returns the inside of a JSON string that stands for raw, without
// the quotes: {"a":1} becomes {\"a\":1}.
func MarshalStr(raw string) string {
	quoted, err := json.Marshal(raw)
	if err != nil || len(quoted) < 2 {
		return ""
	}
	return string(quoted[1 : len(quoted)-1])
}

// UnmarshalStr returns what a JSON string, quotes included, stands for; "" and an
// error in the log where it is not one.
func UnmarshalStr(marshalledJsonStr string) string {
	var text string
	if err := json.Unmarshal([]byte(marshalledJsonStr), &text); err != nil {
		log.Error("UnmarshalStr: not a JSON string: " + err.Error())
		return ""
	}
	return text
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

// GetValueFromBody returns the value at the first of some paths (of package
// gjson) that is in a JSON text, nil if none is.
func GetValueFromBody(data []byte, paths []string) *gjson.Result {
	for _, path := range paths {
		if value := gjson.GetBytes(data, path); value.Exists() {
			return &value
		}
	}
	return nil
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

package wrapper

import (
	"bytes"
	"testing"

	"github.com/tidwall/resp"
)

// RedisValue is sent, compared and read as resp.Value is.
func TestRedisValueAsResp(t *testing.T) {
	for _, wire := range []string{
		"+OK\r\n", "-ERR no\r\n", ":0\r\n", ":-12\r\n", "$0\r\n\r\n", "$5\r\nhello\r\n", "$1\r\n7\r\n", "$-1\r\n",
		"*-1\r\n", "*0\r\n", "*2\r\n:1\r\n*1\r\n$1\r\nx\r\n",
	} {
		theirs, _, err := resp.NewReader(bytes.NewReader([]byte(wire))).ReadValue()
		if err != nil {
			t.Fatal(err)
		}
		ours, err := parseRESP([]byte(wire))
		if err != nil {
			t.Fatal(err)
		}
		got, err := ours.MarshalRESP()
		want, theirErr := theirs.MarshalRESP()
		if !bytes.Equal(got, want) || err != nil || theirErr != nil {
			t.Errorf("%q: sent as %q, %v, want %q", wire, got, err, want)
		}
		if ours.Bool() != theirs.Bool() || !ours.Equals(ours) || ours.Equals(RedisValue{typ: '+', str: []byte("other")}) {
			t.Errorf("%q: Bool %t, want %t; or Equals is wrong", wire, ours.Bool(), theirs.Bool())
		}
	}
}

func TestRedisValueOfNoType(t *testing.T) {
	list := RedisValue{typ: '*', array: []RedisValue{{}}}
	if b, err := list.MarshalRESP(); err == nil || b != nil {
		t.Errorf("a list with nothing in it is sent as %q, %v", b, err)
	}
	if list.Equals(list) || (RedisValue{}).Equals(RedisValue{typ: ':'}) || (RedisValue{typ: ':'}).Equals(RedisValue{}) {
		t.Error("a value that can't be sent equals another one")
	}
	if b, err := (RedisValue{null: true}).MarshalRESP(); err != nil || string(b) != "$-1\r\n" {
		t.Errorf("null is sent as %q, %v", b, err)
	}
}

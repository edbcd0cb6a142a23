package record

import (
	"reflect"
	"strconv"
	"strings"
	"testing"
)

// command is a Redis command in RESP form.
func command(parts ...string) string {
	var b strings.Builder
	b.WriteString("*" + strconv.Itoa(len(parts)) + "\r\n")
	for _, p := range parts {
		b.WriteString("$" + strconv.Itoa(len(p)) + "\r\n" + p + "\r\n")
	}
	return b.String()
}

func TestRedisMasks(t *testing.T) {
	get := command("GET", "auth:hello")
	for name, c := range map[string]struct{ query, want string }{
		"a key that looks like it": {get, get},
		"password":                 {command("AUTH", "hidden") + get, command("AUTH", "***") + get},
		"name and password":        {command("auth", "ann", "hidden"), command("auth", "***", "***")},
		"hello":                    {command("HELLO", "3", "AUTH", "ann", "hidden"), command("HELLO", "3", "AUTH", "***", "***")},
		"hello without":            {command("HELLO", "3"), command("HELLO", "3")},
		"user":                     {command("ACL", "SETUSER", "ann", ">hidden"), command("ACL", "SETUSER", "ann", "***")},
		"configuration":            {command("CONFIG", "SET", "requirepass", "hidden"), command("CONFIG", "SET", "requirepass", "***")},
		"cut off":                  {get + command("AUTH", "hidden")[:20], get},
		"a line":                   {"AUTH hidden\r\n", ""},
		"a wrong length":           {"*1\r\n$99\r\nhidden\r\n", ""},
		"a negative length":        {"*1\r\n$-1\r\n", ""},
		"too many":                 {"*9999999\r\n" + get, ""},
		"nothing":                  {"*0\r\n", ""},
	} {
		if got := string(Masks{}.redis([]byte(c.query))); got != c.want {
			t.Errorf("%s: %q became %q, want %q", name, c.query, got, c.want)
		}
	}
}

// TestCommandsOf: each command of a pipeline gets its answer, and those that make the
// connection are left out.
func TestCommandsOf(t *testing.T) {
	get, del := command("GET", "a"), command("DEL", "a")
	query := command("AUTH", "hidden") + command("SELECT", "1") + get + del + command("QUIT")
	const nested = "*3\r\n$-1\r\n%1\r\n+k\r\n:1\r\n*0\r\n"
	for name, c := range map[string]struct {
		reply, failure string
		want           []Call
	}{
		"good":        {"+OK\r\n+OK\r\n" + nested + "-ERR\r\n+OK\r\n", "", []Call{{Query: Bytes(get), Reply: Bytes(nested)}, {Query: Bytes(del), Reply: Bytes("-ERR\r\n")}}},
		"cut off":     {"+OK\r\n+OK\r\n$5\r\nhel", "", []Call{{Query: Bytes(get), Error: brokenOff}, {Query: Bytes(del), Error: brokenOff}}},
		"a bad count": {"+OK\r\n+OK\r\n*99\r\n", "", []Call{{Query: Bytes(get), Error: brokenOff}, {Query: Bytes(del), Error: brokenOff}}},
		"unreachable": {"", "down", []Call{{Query: Bytes(get), Error: "down"}, {Query: Bytes(del), Error: "down"}}},
	} {
		got := commandsOf("", []byte(query), []byte(c.reply), c.failure)
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if got := commandsOf("", []byte("GET a\r\n"), nil, ""); got != nil {
		t.Errorf("what is no command: %+v", got)
	}
}

func FuzzCommandsOf(f *testing.F) {
	f.Add(command("GET", "a"), "$1\r\na\r\n")
	f.Add(command("GET", "a"), "*-1\r\n")
	f.Add(command("GET", "a"), "%9223372036854775807\r\n")
	f.Fuzz(func(t *testing.T, query, reply string) {
		for _, c := range commandsOf("r", []byte(query), []byte(reply), "") {
			if _, _, ok := redisCommand(c.Query); !ok || c.Error == "" && len(c.Reply) == 0 {
				t.Errorf("%+v", c)
			}
		}
	})
}

func FuzzRedisMasks(f *testing.F) {
	f.Add(command("AUTH", "hidden") + command("GET", "a"))
	f.Add("*1\r\n$-1\r\n")
	f.Add("*2\r\n$4\r\nAUTH\r\n$999999999999\r\n")
	f.Fuzz(func(t *testing.T, query string) {
		once := Masks{}.redis([]byte(query))
		if twice := (Masks{}).redis(once); string(twice) != string(once) {
			t.Errorf("%q became %q and then %q", query, once, twice)
		}
	})
}

package textpb

import (
	"reflect"
	"strings"
	"testing"
)

type word string

type message struct {
	Text  string    `pb:"text"`
	Texts []string  `pb:"texts"`
	Yes   bool      `pb:"yes"`
	Int   int64     `pb:"int"`
	Uint  *uint64   `pb:"uint"`
	Word  word      `pb:"word"`
	Inner *message  `pb:"inner"`
	List  []message `pb:"list"`
	Line  int
}

const whole = `# a comment
text: "a" 'b"' # another
  "\n\t\\\"\x41\101\u00e9\U0001F600"
texts: "one", texts: "two";
texts: ["three", 'four']
yes: true int: -0x10 uint: 7
word: DEBUG
inner { list < text: "x" > list: { } list: [{text: "y"}, {}] }
`

func TestUnmarshal(t *testing.T) {
	var got message
	if err := Unmarshal([]byte(whole), &got); err != nil {
		t.Fatal(err)
	}
	seven := uint64(7)
	want := message{
		Text: "ab\"\n\t\\\"AAé\U0001F600", Texts: []string{"one", "two", "three", "four"}, Yes: true, Int: -16, Uint: &seven, Word: "DEBUG",
		Inner: &message{List: []message{{Text: "x", Line: 8}, {Line: 8}, {Text: "y", Line: 8}, {Line: 8}}, Line: 8},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"nope: 1":                    "line 1: nope: unknown field; there are text, texts",
		"\ninner { nope: 1 }":        "line 2: inner.nope: unknown field",
		"yes: true\nyes: true":       "line 2: yes: the field is there twice",
		"yes: 7":                     "want true or false, got 7",
		"int: x":                     "want a whole number, got x",
		"int: 1.5":                   "want a whole number",
		"uint: -1":                   "want a whole number",
		"int: 99999999999999999999":  "want a whole number",
		`int: "1"`:                   `want a int64, got the text "1"`,
		"text: a":                    "want a text in quotes",
		`word: "DEBUG"`:              "want a text in quotes, or the word",
		"inner: 1":                   "is a message on one side",
		"text { }":                   "is a message on one side",
		`text "a"`:                   "text has no value",
		"inner {":                    "want the name of a field",
		"inner { >":                  "want the name of a field",
		"}":                          "want the name of a field",
		"texts: [":                   "texts has no value",
		`texts: ["a" 7`:              "want , or ] in the list",
		`text: "a`:                   "a string has no end",
		"text: \"a\nb\"":             "a string ends at the end of its line",
		`text: "\q"`:                 `an escape in a string that is none: \q`,
		`text: "\777"`:               "above 255",
		`text: "\u00"`:               "an escape in a string that is none",
		`text: "\ud800"`:             "an escape in a string that is none",
		`text: "\x"`:                 "an escape in a string that is none",
		`text: "\`:                   "a string has no end",
		"text: !":                    "unexpected character !",
		strings.Repeat("inner{", 99): "more than 32 messages in one another",
		"texts: [" + strings.Repeat(`"",`, maxFields+1) + `""]`: "more than 100000 fields",
		strings.Repeat(" ", maxSize+1):                          "more than 4194304",
	} {
		var m message
		if err := Unmarshal([]byte(text), &m); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte(`list{list{text:"\303\251"}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var m message
		_ = Unmarshal(text, &m)
	})
}

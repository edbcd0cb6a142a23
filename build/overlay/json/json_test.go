package json

import (
	"encoding/json"
	"testing"
)

var samples = []string{`"a"`, `"\u00e9\ud83d\ude00\n\"\\\/\b\f\r\t"`, `"\ud83d"`, `"\ud83dx"`, `"\ud83d\u0041"`, `"\ude00"`, `"\ud83d\ud83d\ude00"`, "\"\xff\"",
	` "a" `, `""`, `null`, `1`, `{}`, ``, `"`, `"a`, `a"`, `"\x"`, `"\u12"`, `"\u12g4"`, "\"\n\"", `"a"b"`, `"\"`, `"\\"`}

func FuzzUnmarshal(f *testing.F) {
	for _, s := range samples {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, want := "before", "before"
		err := Unmarshal([]byte(text), &got)
		if wantErr := json.Unmarshal([]byte(text), &want); (err == nil) != (wantErr == nil) || err == nil && got != want {
			t.Errorf("%q is %q, %v, want %q, %v", text, got, err, want, wantErr)
		}
	})
}

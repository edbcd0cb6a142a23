package format

import "testing"

func TestOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                          "",
		"plain\ttext, µ and 漢字":     "plain\ttext, µ and 漢字",
		"a\nb":                      `a\nb`,
		"\r\n":                      `\r\n`,
		"\x1b[31mred":               `\x1b[31mred`,
		"a\x00b\x7f":                `a\x00b\x7f`,
		"\u009b1A":                  `\x9b1A`,
		"[x] ok\n[info] forged":     `[x] ok\n[info] forged`,
		"cut \xc2":                  "cut \xc2",
		"\u0085next line, really\n": `\x85next line, really\n`,
	} {
		if got := OneLine(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestOneLineKeepsCleanText(t *testing.T) {
	text := "GET /get?x=1 200"
	if n := testing.AllocsPerRun(100, func() { OneLine(text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

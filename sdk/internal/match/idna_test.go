package match

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// The samples of RFC 3492, section 7.1, those that are labels.
func TestPunycode(t *testing.T) {
	for _, c := range []struct{ label, want string }{
		{"ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"},
		{"他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"},
		{"他們爲什麽不說中文", "ihqwctvzc91f659drss3x8bo0yb"},
		{"Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"},
		{"למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"},
		{"यहलोगहिन्दीक्योंनहींबोलसकतेहैं", "i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd"},
		{"なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"},
		{"세계의모든사람들이한국어를이해한다면얼마나좋을까", "989aomsvi5e83db1d2a355cv1e0vak1dwrv93d5xbh15a0dt30a5jpsd879ccm6fea98c"},
		{"почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"},
		{"PorquénopuedensimplementehablarenEspañol", "PorqunopuedensimplementehablarenEspaol-fmd56a"},
		{"TạisaohọkhôngthểchỉnóitiếngViệt", "TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g"},
		{"3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"},
		{"安室奈美恵-with-SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n"},
		{"Hello-Another-Way-それぞれの場所", "Hello-Another-Way--fc4qua05auwb3674vfr0b"},
		{"ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v"},
		{"MajiでKoiする5秒前", "MajiKoi5-783gue6qz075azm5e"},
		{"パフィーdeルンバ", "de-jg4avhby1noc0d"},
		{"そのスピードで", "d9juau41awczczp"},
		{"", ""},
		{"abc", "abc-"},
		{"\U0010ffff", "dn32g"},
	} {
		if got := string(appendPunycode(nil, []rune(c.label))); got != c.want {
			t.Errorf("%s: %s, want %s", c.label, got, c.want)
		}
	}
}

func TestHostNames(t *testing.T) {
	for _, c := range []struct{ pattern, want string }{
		{"Example.COM.", "example.com"},
		{"a_b.example", "a_b.example"},
		{"bücher.example", "xn--bcher-kva.example"},
		{"BÜCHER.example.", "xn--bcher-kva.example"},
		{"*.bücher.example", ".xn--bcher-kva.example"},
		{"bücher.*", "xn--bcher-kva."},
		{"*x.bücher.example", "x.xn--bcher-kva.example"},
		{"例え。テスト", "xn--r8jz45g.xn--zckzah"},
		{"faß.example", "xn--fa-hia.example"},
		{"xn--bcher-kva.example", "xn--bcher-kva.example"},
		{"*", ""},
	} {
		p, err := parsePattern(c.pattern)
		if err != nil || p.text != c.want {
			t.Errorf("%s: %q, %v; want %q", c.pattern, p.text, err, c.want)
		}
	}
}

func TestInvalidHosts(t *testing.T) {
	for pattern, want := range map[string]error{
		"example.com:80":                      errPort,
		"[::1]:80":                            errPort,
		"bücher.example:8080":                 errPort,
		"a..b":                                errEmptyLabel,
		".a":                                  errEmptyLabel,
		".":                                   errEmptyLabel,
		"*.":                                  errEmptyLabel,
		"a..":                                 errEmptyLabel,
		"*a..b":                               errEmptyLabel,
		"a.*.b":                               errStar,
		"*.a.*":                               errStar,
		"**":                                  errStar,
		"http://a":                            errPort,
		"a/b":                                 errCharacter,
		"a b":                                 errCharacter,
		"a\n":                                 errCharacter,
		"a@b":                                 errCharacter,
		"bü cher":                             errCharacter,
		"b\u00fc\u200bcher":                   errCharacter,
		"\uff42\u00fccher":                    errCharacter,
		"\u212aelvin":                         errCharacter,
		"bu\u0308cher":                        errCombining,
		"*ücher.example":                      errPartial,
		"example.büch*":                       errPartial,
		"\xffa":                               errUTF8,
		"fe80::1%eth0":                        errCharacter,
		"1::2::3":                             errCharacter,
		strings.Repeat("a", 64):               errLongLabel,
		strings.Repeat("ü", 64):               errLongLabel,
		strings.Repeat("ü", 50) + ".x":        nil,
		strings.Repeat("üöä", 20) + "z":       errLongLabel,
		strings.Repeat("a.", 126) + "b":       nil,
		strings.Repeat("a.", 127) + "b":       errLongName,
		strings.Repeat("a.", 10000) + "b":     errLongName,
		"*" + strings.Repeat(".abc", 64):      errLongName,
		"*" + strings.Repeat("b", 63) + ".de": nil,
	} {
		if _, err := parsePattern(pattern); !errors.Is(err, want) {
			t.Errorf("%.40q: %v, want %v", pattern, err, want)
		}
	}
}

// A request's host in whatever spelling meets the rule.
func TestSpellingsMeet(t *testing.T) {
	for _, c := range []struct {
		pattern, host string
		want          int
	}{
		{"bücher.example", "xn--bcher-kva.example", 0},
		{"bücher.example", "XN--BCHER-KVA.Example.:443", 0},
		{"bücher.example", "bücher.example", 0},
		{"bücher.example", "BÜCHER.example:80", 0},
		{"xn--bcher-kva.example", "Bücher.example", 0},
		{"*.bücher.example", "www.xn--bcher-kva.example", 0},
		{"*.bücher.example", "xn--bcher-kva.example", -1},
		{"bücher.*", "xn--bcher-kva.org", 0},
		{"bücher.example", "bucher.example", -1},
		{"*k.example", "\u212a.example", -1},
		{"*", "\xff\xfe", 0},
		{"*.example", "b\u00fc\u200bcher.example", 0}, // not a name, so compared as it is
	} {
		if got := New([]Rule{{Kind: Host, Hosts: []string{c.pattern}}}).Find(Request{Host: c.host}); got != c.want {
			t.Errorf("%s, host %q: rule %d, want %d", c.pattern, c.host, got, c.want)
		}
	}
}

func TestAddresses(t *testing.T) {
	for host, want := range map[string]string{
		"[::]":                          "00000000000000000000000000000000",
		"[::1]":                         "00000000000000000000000000000001",
		"[1::]":                         "00010000000000000000000000000000",
		"[1:2:3:4:5:6:7:8]":             "00010002000300040005000600070008",
		"[1:2:3:4:5:6:7::]":             "00010002000300040005000600070000",
		"[ABCD::0:ef]":                  "abcd00000000000000000000000000ef",
		"[64:ff9b::192.0.2.33]":         "0064ff9b0000000000000000c0000221",
		"[1:2:3:4:5:6:255.255.255.255]": "000100020003000400050006ffffffff",
		"[]":                            "", "[:]": "", "[:::]": "", "::1": "", "[1]": "", "[::1": "", "[1:2:3:4:5:6:7:8:9]": "",
		"[1:2:3:4:5:6:7:8::]": "", "[1:2:3:4:5:6:7:1.2.3.4]": "", "[::12345]": "", "[::g]": "", "[1::2::3]": "",
		"[::1.2.3]": "", "[::1.2.3.4.5]": "", "[::256.1.1.1]": "", "[1.2.3.4::]": "", "[::1%lo]": "", "[1:2:]": "", "[:1:2]": "",
	} {
		a, ok := parseAddress(host)
		got := ""
		if ok {
			for _, b := range a {
				got += string("0123456789abcdef"[b>>4]) + string("0123456789abcdef"[b&15])
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", host, got, want)
		}
	}
}

// Whatever a configuration says, a name comes out that a request can carry, and
// reading it again changes nothing.
func FuzzPattern(f *testing.F) {
	for _, s := range []string{"a.b", "*.bücher.example", "例え.*", "[::1]", "\xff", "a..b", "xn--a", "*", "ß.İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePattern(s)
		CleanHost(s)
		if err != nil || p.isAddress {
			return
		}
		if !isASCII(p.text) || !utf8.ValidString(p.text) || len(p.text) > 4*maxName {
			t.Errorf("%q became %q", s, p.text)
		}
		if !p.prefix && !p.suffix && CleanHost(p.text) != p.text {
			t.Errorf("%q became %q, and that %q", s, p.text, CleanHost(p.text))
		}
	})
}

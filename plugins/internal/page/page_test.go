package page

import (
	"slices"
	"strings"
	"testing"
)

func TestCurl(t *testing.T) {
	r, err := curl(`curl -X PUT -H 'Host: a.test' -H "x-a: b c" -u 'u:p' -d 'a=1' 'http://127.0.0.1:10000/get?a=1&b=2'`)
	if err != nil || r.Method != "PUT" || r.Host != "a.test" || r.Path != "/get?a=1&b=2" || r.Body != "a=1" ||
		r.Headers.Get("x-a") != "b c" || r.Headers.Get("authorization") != "Basic dTpw" ||
		r.Headers.Get("content-type") != "application/x-www-form-urlencoded" || r.Headers.Get("accept") != "*/*" {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err = curl(`curl --json '{}' http://127.0.0.1:10000`); err != nil || r.Method != "POST" || r.Path != "/" || r.Headers.Get("content-type") != "application/json" {
		t.Errorf("%+v, %v", r, err)
	}
	for _, bad := range []string{
		"curl", "wget http://127.0.0.1:10000/", "curl http://other/", "curl -k http://127.0.0.1:10000/", "curl -H", "curl -H 'a' http://127.0.0.1:10000/",
		"curl http://127.0.0.1:10000/?a=1&b=2", "curl 'http://127.0.0.1:10000/", `curl -d "$x" http://127.0.0.1:10000/`, "curl -d @f http://127.0.0.1:10000/",
		"curl -d a -d b http://127.0.0.1:10000/", "curl http://127.0.0.1:10000/ http://127.0.0.1:10000/",
	} {
		if r, err := curl(bad); err == nil {
			t.Errorf("%s: %+v", bad, r)
		}
	}
}

const good = "# x\n\nDoes.\n\n## Configuration\n\n## Usage\n\n| `curl -H 'a: b\\|c' u` | 403 plugin `no` | why |\n\n```yaml\na: 1\n```\n\n| `curl u` | 200 | why |\n\n## Order\n\nPhase.\n\n## More\n"

func TestParse(t *testing.T) {
	d, err := parse(good)
	if err != nil || d.name != "x" || len(d.blocks) != 2 {
		t.Fatalf("%+v, %v", d, err)
	}
	if want := (row{"curl -H 'a: b|c' u", 403, "plugin", "no", true}); d.blocks[0].config != "" || !slices.Equal(d.blocks[0].rows, []row{want}) {
		t.Errorf("%+v", d.blocks[0])
	}
	if want := (row{"curl u", 200, "", "", false}); d.blocks[1].config != "a: 1\n" || !slices.Equal(d.blocks[1].rows, []row{want}) {
		t.Errorf("%+v", d.blocks[1])
	}
	for old, other := range map[string]string{
		"# x": "x", "Does.": "", "## Usage": "## Use", "## Order": "## Place", "403 plugin": "no", "| `curl": "| `wget", "200": "20",
	} {
		if d, err := parse(strings.ReplaceAll(good, old, other)); err == nil {
			t.Errorf("%q in place of %q: %+v", other, old, d)
		}
	}
}

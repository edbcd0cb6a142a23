package hub

import (
	"encoding/base64"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestBasicAuth(t *testing.T) {
	attack(t, guard{
		plugin: "basic-auth",
		config: `{"hide_credentials":true,"consumers":[{"name":"c1","credential":"admin:pass:word"},
			{"name":"c2","credential":"größe:sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},{"name":"c3","credential":"admin:other"}],
			"_rules_":[{"_match_domain_":["hub.test"],"allow":["c1","c2"]}],"global_auth":true}`,
		mutate: func(r *rand.Rand, q *request) {
			for range pick(r, 0, 1, 1, 1, 1, 1, 2) {
				encode := pick(r, base64.StdEncoding, base64.StdEncoding, base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding)
				text := encode.EncodeToString([]byte(pick(r, "admin:pass:word", "admin:pass:word", "admin:pass:word", "admin:pass:word", "admin:pass:word", "größe:abc", "größe:abc", "admin:other", "admin:abc", "admin", "admin:", ":", "",
					"Admin:pass:word", "admin:pass:word\n", "admin:pass:word\x00", "admin\x00:pass:word", "größe:\xff", "gro\u0308ße:abc", "x:"+junk(r))))
				if oneIn(r, 10) {
					text += pick(r, "=", "A", " ", "\t=", "====")
				}
				q.add(pick(r, "authorization", "Authorization", "AUTHORIZATION", "proxy-authorization"), pick(r, "Basic ", "Basic ", "Basic ", "basic ", "BASIC  ", "Bearer ", "Basic", "")+text)
			}
			q.shuffle(r)
		},
		verdict: basicVerdict, stripped: []string{"Authorization"},
	})
}

// basicVerdict knows every text that passes, letter by letter.
func basicVerdict(q *request) verdict {
	given := q.values("authorization")
	if full := slices.DeleteFunc(slices.Clone(given), func(v string) bool { return v == "" }); len(given) > 1 && len(full) == 1 {
		return unknown // some gateways take empty lines off
	}
	if len(given) != 1 {
		return refused
	}
	text := strings.Trim(given[0], " \t")
	if len(text) < 6 || !strings.EqualFold(text[:6], "Basic ") {
		return refused
	}
	who := map[string]string{
		"YWRtaW46cGFzczp3b3Jk": "c1", "Z3LDtsOfZTphYmM=": "c2", "YWRtaW46b3RoZXI=": "c3",
	}[strings.TrimLeft(text[6:], " ")]
	if who == "" || who == "c3" && strings.HasPrefix(strings.ToLower(q.host), "hub.test") {
		return refused
	}
	return passes(who)
}

package fault

import "strings"

// configurations are faults 18 and 19.
func configurations() []fault {
	const kept = "refused; the old one serves: 200, one"
	update := func(config string, says ...string) func(b *bed) string {
		return func(b *bed) string {
			err := b.apply([]plugin{{"faults", "faults", config}})
			if err == nil {
				return "taken"
			}
			b.Logf("%v", err)
			if !hasAll(err.Error(), says) {
				return "refused without saying " + strings.Join(says, " and ") + ": " + err.Error()
			}
			return "refused; the old one serves: " + b.op("config").String()
		}
	}
	const secret = "s3cr3t-in-config"
	return []fault{
		{n: 18, name: "update to a configuration that the plugin refuses", sees: kept, chain: faults(),
			run: update(`{"name":"bad"}`, `"bad" is not allowed`)},
		{n: 18, name: "update to one that is no JSON, with a secret in it", sees: kept, chain: faults(), run: func(b *bed) string {
			got := update(`{"name":"x","password":"` + secret + `",}`)(b)
			for _, line := range b.log.all() {
				if strings.Contains(line, secret) {
					return "the secret is in the log: " + line
				}
			}
			return got
		}},
		{n: 18, name: "update while requests run", sees: "taken; no request noticed: 200, two", chain: faults(), run: func(b *bed) string {
			others := b.others()
			err := b.apply([]plugin{{"faults", "faults", `{"name":"two"}`}})
			others.stop(b.TB)
			if err != nil {
				return err.Error()
			}
			return "taken; no request noticed: " + b.op("config").String()
		}},
		{n: 19, name: "one of three rules broken by an update", sees: "200, a2 200, b1 200, c2", chain: ruleSetup(), run: breakRule},
	}
}

func threeRules(a, b, c string) string {
	rule := func(host, name string) string { return `{"name":"` + name + `","_match_domain_":["` + host + `"]}` }
	return `{"name":"global","_rules_":[` + rule("a.test", a) + "," + rule("b.test", b) + "," + rule("c.test", c) + `]}`
}

func ruleSetup() []plugin { return []plugin{{"faults", "faults", threeRules("a1", "b1", "c1")}} }

func breakRule(b *bed) string {
	if err := b.apply([]plugin{{"faults", "faults", threeRules("a2", "bad", "c2")}}); err != nil {
		return err.Error()
	}
	var got []string
	for _, host := range []string{"a.test", "b.test", "c.test"} {
		got = append(got, b.answer("GET", "GET /echo HTTP/1.1\r\nhost: "+host+"\r\nconnection: close\r\nx-op: config\r\n\r\n").String())
	}
	return strings.Join(got, " ")
}

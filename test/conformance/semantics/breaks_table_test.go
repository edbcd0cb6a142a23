package main

// breaks are the ways in which the SDK is broken. The first two are run by
// default.
var breaks = []sdkBreak{
	// Which configuration a request gets.
	{"port kept", "internal/match/host.go", "return host[:colon]", "return host", "TestPortOfHost"},
	{"panic lets the request through", "internal/dispatch/panic.go",
		"if registered.policy == nil {\n\t\treturn FailClosed", "if registered.policy == nil {\n\t\treturn FailOpen", "TestPanicFailsClosed"},
	{"address cut at its last colon", "internal/match/host.go",
		"if colon < 0 || strings.LastIndexByte(host, ']') > colon {", "if colon < 0 {", "TestPortOfHost"},
	{"the last of equal rules wins", "internal/match/level.go", "!ok || i < old", "!ok || i > old", "TestRuleOrder"},
	{"the closest host wins", "internal/match/level.go",
		"best := min(first(l.hosts, host), l.hostPrefixes.find(host)",
		"if i, ok := l.hosts[host]; ok {\n\t\treturn i\n\t}\n\tbest := min(l.hostPrefixes.find(host)", "TestRuleOrder"},
	{"the longest suffix wins", "internal/match/affix.go", "rule = min(rule, a.rules[p])", "rule += 0 * a.rules[p]", "TestRuleOrder"},
	{"host above route", "internal/match/rule.go",
		"case len(r.Routes) > 0:\n\t\treturn Route, true\n\tcase len(r.Hosts) > 0:\n\t\treturn Host, true",
		"case len(r.Hosts) > 0:\n\t\treturn Host, true\n\tcase len(r.Routes) > 0:\n\t\treturn Route, true", "TestRulePrecedence"},
	{"service beside a route ignored", "internal/match/rule.go",
		"case len(r.Routes) > 0 && len(r.Services) > 0:", "case len(r.Routes) > 1<<20:", "TestRulePrecedence"},
	{"suffixes end at labels", "internal/match/affix.go", "return s[len(s)-len(text):] == text",
		"return s[len(s)-len(text):] == text && (len(s) == len(text) || s[len(s)-len(text)-1] == '.' || text == \"\" || text[0] == '.')", "TestHostPatterns"},
	{"case of hosts counts", "internal/match/host.go", "return lower(host)\n\t}\n\tif ascii", "return host\n\t}\n\tif ascii", "TestHostPatterns"},
	{"service at no port but its own", "internal/match/service.go", "s.put(serviceKey{fqdn: name, any: true}, i)", "", "TestServicePatterns"},
	{"only one gateway's name of the route", "wrapper/matching.go",
		`{{"route_name"}, {"xds", "route_name"}}`, `{{"route_name"}, {"route_name"}}`, "TestRoutePatterns"},
	{"handler runs without a match", "wrapper/matching.go", "if i := x.Find(r); i >= 0 {", "if i := max(x.Find(r), 0); i >= 0 {", "TestNoMatchNoRun"},
	{"global configuration not applied", "wrapper/matching.go",
		"return p.rules.global, nil\n}\n\n// property", "return nil, nil\n}\n\n// property", "TestOverrideParser"},

	// How a configuration is parsed.
	{"rule's parser without the global one", "wrapper/options_parse.go", "inherited = global.(*PluginConfig)", "_ = inherited", "TestOverrideParser"},
	{"rule begins as the global one", "wrapper/options_parse.go",
		"return c, g(raw, *inherited, c)", "*c = *inherited\n\t\t\treturn c, g(raw, *inherited, c)", "TestOverrideParser"},
	{"override parser not called", "wrapper/ruleset.go", "if p.vm.parsers.override != nil {", "if p.vm.parsers.override == nil {", "TestOverrideParser"},
	{"parser sees _plugin_id_", "wrapper/config.go", "if ids > 0 {", "if ids > 1<<20 {", "TestKeysOfConfiguration"},
	{"empty configuration refused", "wrapper/config.go", "c.global = keys > 0 || !c.hasRules", "c.global = keys > 0", "TestEmptyConfiguration"},
	{"rule without a key taken", "internal/match/rule.go", "return Consumer, len(r.Consumers) > 0", "return Consumer, true", "TestRefusedConfigurations"},
	{"error of the global one swallowed", "wrapper/ruleset.go",
		`return set, errors.New("configuration (top level): " + err.Error())`, "global = nil", "TestRefusedConfigurations"},
	{"isolation forgets good rules", "wrapper/isolation.go", "last, ok := kept.find(rule)", "last, ok := \"\", kept == nil", "TestRuleIsolation"},
	{"refused configuration taken", "wrapper/plugin.go",
		"return types.OnPluginStartStatusFailed\n", "return types.OnPluginStartStatusOK\n", "TestRefusedUpdate"},

	// Bodies.
	{"only the last part given", "wrapper/body.go",
		"if !end {\n\t\treturn types.DataStopIterationAndBuffer", "if !end {\n\t\treturn types.DataContinue", "TestWholeBody"},
	{"handler runs for each part", "wrapper/body.go", "if !end {\n", "if !end && size < 0 {\n", "TestWholeBody"},
	{"whole bodies never chosen", "wrapper/body_control.go",
		"BufferRequestBody() { s.sides[request].chunks = false }", "BufferRequestBody() {}", "TestWholeBody"},
	{"part that becomes nothing kept", "wrapper/body.go", "if len(chunk)+len(out) > 0 {", "if len(out) > 0 {", "TestStreamedBody"},
	{"last part not told", "wrapper/body.go", "vm.on.chunk[d](s, chunk, end)", "vm.on.chunk[d](s, chunk, false)", "TestStreamedBody"},
	{"body before trailers unseen", "wrapper/body.go",
		"return s.deliver(d)\n}\n\n// deliver", "return types.ActionContinue\n}\n\n// deliver", "TestBodyBeforeTrailers"},
	{"body read though told not to", "wrapper/body_control.go",
		"DontReadRequestBody() { s.sides[request].read = false }", "DontReadRequestBody() {}", "TestIgnoredBody"},
	{"length kept", "wrapper/length.go", `_ = remove("content-length")`, "_ = remove", "TestLengthOfReplacedBody"},

	// Calls.
	{"authority not the URL's host", "wrapper/http_call.go",
		"either(either(t.host, cluster.HostName()), \"unknownhost\")", "either(cluster.HostName(), \"unknownhost\")", "TestAuthorityOfCall"},
	{"authority not the cluster's", "wrapper/http_call.go",
		"either(either(t.host, cluster.HostName()), \"unknownhost\")", "either(t.host, \"unknownhost\")", "TestAuthorityOfCall"},
	{"path decoded", "wrapper/http_call.go", "method, t.requestPath(), host)", "method, unescape(t.requestPath()), host)", "TestAuthorityOfCall"},
	{"timeout 0", "wrapper/http_call.go", "timeout := uint32(defaultTimeout)", "timeout := uint32(0)", "TestDefaultTimeoutOfCall"},
	{"timeout ignored", "wrapper/http_call.go", "timeoutMillisecond[0] > 0 {", "timeoutMillisecond[0] == 0 {", "TestDefaultTimeoutOfCall"},
	{"caller's :path sent", "wrapper/http_call.go", `h[0] != ":path" && `, "", "TestCallHoldsRequest"},

	// Holding back and going on.
	{"lost request hangs", "internal/dispatch/lost.go", "if !s.stuck[dir] || v.Plain() ||", "if s != nil || v.Plain() ||", "TestLostPauseIsAnswered"},
	{"headers wait for no body", "wrapper/status.go",
		"s.warnNoBody()\n\t\treturn types.HeaderContinue", "return types.HeaderStopIteration", "TestStopIterationWithoutBody"},
	{"idle resume warned of each time", "internal/dispatch/resume.go", "v.idle = true", "v.idle = false", "TestResumeWhenNotPaused"},
	{"resume inside forgotten", "internal/dispatch/resume.go", "s.resumed[dir] = true", "s.resumed[dir] = false", "TestResumeInsideOfCallback"},

	// Panics, the log, the rest.
	{"metric of panics renamed", "internal/dispatch/panic.go", "sluice_plugin_panics", "sluice_panics", "TestPanicFailsClosed"},
	{"log without the plugin's name", "log/logger.go", "line = appendField(line, l.plugin)\n", "", "TestLogPrefix"},
	{"log without the configuration's id", "wrapper/request_id.go", "return s.plugin.id, s.requestID()", `return "-", s.requestID()`, "TestLogPrefix"},
	{"log without the request's id", "log/logger.go", "line = appendField(line, request)", `line = appendField(line, request[:0])`, "TestLogPrefix"},
	{"request unknown in the response", "wrapper/stream.go", "if p.vm.outlasts {", "if p.vm.outlasts && s.upgrade {", "TestRequestInLaterPhases"},
	{"attributes replaced", "wrapper/attributes.go", "all, err := loggedAttributes(key)", "all, err := map[string]interface{}{}, error(nil)", "TestUserAttributes"},
	{"tick after a panic stays there", "wrapper/ticks.go", "p.next = (p.next + 1) % len(p.ticks)", "p.next = 0", "TestTicks"},
	{"period of ticks ignored", "wrapper/ticks.go", "if now-t.last >= t.period {", "if now >= 0 {", "TestTicks"},
}

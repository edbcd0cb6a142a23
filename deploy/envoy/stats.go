package envoy

// metricLabels are the names of labels that Envoy takes out of the names of
// plugins' metrics: requests;method=GET becomes requests{method="GET"}. Envoy
// needs a rule for each name. They are those that the SDK's own metrics have,
// and what plugins are likely to count by.
func metricLabels() []string {
	return []string{
		"plugin", "phase", "result", "reason", "rule", "route", "cluster", "consumer", "method", "code", "kind", "direction",
		"status", "host", "action", "command", "model",
	}
}

// statsConfig renders the rules. The first group is what goes from the name, the
// second is the label's value.
func statsConfig(more []string) obj {
	var tags []obj
	seen := map[string]bool{}
	for _, label := range append(metricLabels(), more...) {
		if seen[label] {
			continue
		}
		seen[label] = true
		tags = append(tags, obj{"tag_name": label, "regex": "^wasmcustom\\..*?(;" + label + "=([^;]*))"})
	}
	return obj{"stats_tags": tags}
}

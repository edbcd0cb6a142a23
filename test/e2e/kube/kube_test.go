package kube

import "testing"

// TestKube has one API server for all: it takes seconds to start.
func TestKube(t *testing.T) {
	l := newLab(t)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *lab)
	}{
		{"create and no-op", testCreate},
		{"moved tag", testMovedTag},
		{"pull again", testPullAgain},
		{"dry run and diff", testDryRun},
		{"output yaml", testRender},
		{"invalid", testInvalid},
		{"index", testIndex},
		{"conflict", testConflict},
		{"denied", testDenied},
		{"two contexts", testTwoContexts},
		{"one context down", testOneDown},
		{"half-way", testHalfWay},
		{"race", testRace},
		{"rollback", testRollback},
		{"bounds of the history", testHistoryBounds},
		{"not ours", testForeign},
		{"delete", testDelete},
		{"TrafficExtension", testTrafficExtension},
		{"Higress", testHigress},
		{"Envoy Gateway", testEnvoyGateway},
		{"refused", testRefused},
		{"signed", testSigned},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, l) })
	}
}

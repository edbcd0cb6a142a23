// Package migrate rewrites a plugin from today's Go SDKs of Higress, or from
// TinyGo, to this SDK: its imports, a registration in main, ActionPause in header
// callbacks, and go-re2. It changes nothing else: comments, blank lines and
// line ends stay. A second run changes nothing.
package migrate

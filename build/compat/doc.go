// Package compat lets plugins that import today's Go SDKs of Higress be built
// with this project's SDK without an edit: it makes a module file of its own for
// the go command, outside of the plugin's directory, in which the imported
// modules are replaced by ones that only hand over to this SDK.
package compat

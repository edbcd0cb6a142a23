// Package schema gets the schema of a plugin's typed configuration from the
// plugin's source. It compiles the plugin for this machine with one file added
// to its main package, which the plugin's directory never sees, and runs it:
// that file asks the SDK which type the plugin has registered, and writes what
// the SDK makes of it.
package schema

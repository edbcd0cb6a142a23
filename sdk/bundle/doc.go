// Package bundle is what "sluice bundle" puts several plugins into one module
// with. The main package that it generates is the only caller: a plugin never
// imports it. See docs/bundles.md for what a bundle is and how it is configured.
//
// Each package of a plugin stands between Begin and End while it is initialised,
// so that what it registers is that plugin's. Then Start takes the callbacks of
// the module. A filter of the gateway is for one plugin, chosen by its root_id, or
// for several in order, listed in its configuration.
package bundle

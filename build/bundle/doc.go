// Package bundle puts several plugins into one module: "sluice bundle". The
// plugins' directories stay as they are; copies of their packages go into a
// module of their own in a temporary directory, each below a path that no other
// plugin's has, with a main package that package sdk/bundle runs.
package bundle

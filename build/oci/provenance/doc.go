// Package provenance says where an image is from: an in-toto statement with a
// predicate of SLSA provenance v1. It has what can be known without a build
// service: the plugin's package, the toolchain and its settings, the modules with
// their checksums, and the commit of the sources. The same build gives the same
// bytes.
package provenance

// Package sbom says what a module is made of, as SPDX 2.3 or CycloneDX 1.6. What
// it knows is what the Go toolchain recorded in the module: the main package's
// module, those that it depends on, their versions and checksums, and the
// toolchain. Licences are not recorded there and are left open. The same module
// gives the same bytes.
package sbom

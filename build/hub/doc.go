// Package hub is the catalogue of plugins that can be taken as they are. A hub is
// one of three: a directory of plugins' sources, such as plugins in a clone of
// this repository; a registry, which holds the plugins' images and the catalogue
// as an artifact beside them; or the catalogue as a file.
//
// Open reads any of them. Search finds plugins in it, Resolve says what hub:NAME
// or hub:NAME@VERSION stands for: a directory to build, or an image by its digest.
// Publish makes a registry's hub of a directory.
package hub

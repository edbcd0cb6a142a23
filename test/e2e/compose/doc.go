// Package compose tests the docker-compose.yaml and envoy.yaml of the
// repository's root: against the compose specification, against every Envoy
// there is, and in Docker.
//
// The Docker test runs only with SLUICE_DOCKER=1, because it needs root. It
// starts a Docker daemon in Linux namespaces of its own, so that nothing it
// starts outlives it, and needs no registry: the images that the file names
// are made of the Envoy found and of go-httpbin.
package compose

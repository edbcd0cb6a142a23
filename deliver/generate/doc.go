// Package generate is the work of "sluice gen": it reads what plugins are named by,
// resources, modules and images, gets their modules ready for Envoy, renders a
// gateway's configuration and writes it.
package generate

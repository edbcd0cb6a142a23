// Package apply brings plugins to Kubernetes clusters. What is asked for is
// checked and pinned before any cluster hears of it, all clusters are asked before
// one is changed, and where one fails half-way the others get back what they had.
package apply

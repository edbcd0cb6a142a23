// Package fetch pulls images with Istio's own fetcher, the code that its proxy
// agent runs, and compares its verdicts with those of "sluice check". It is a
// module of its own: nothing else should depend on Istio.
package fetch

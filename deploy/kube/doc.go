// Package kube sends resources that run plugins to Kubernetes clusters, and
// reads them back: server-side apply under one field manager, what changed, what
// another manager holds, a history in the object itself, and what a cluster tells
// about the proxies that run it. It decides nothing: which plugin goes where is
// said by its callers.
package kube

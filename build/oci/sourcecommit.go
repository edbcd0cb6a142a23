package oci

import (
	"context"
	"net/url"
	"os/exec"
	"strings"

	"github.com/sluiceproxy/sluice/build/oci/provenance"
)

// sourceCommit is the commit that git has checked out around a directory, and
// nil where there is none.
func sourceCommit(ctx context.Context, dir string) *provenance.Source {
	commit, ok := git(ctx, dir, "rev-parse", "--verify", "HEAD")
	if !ok {
		return nil
	}
	s := &provenance.Source{Commit: commit}
	if remote, ok := git(ctx, dir, "config", "--get", "remote.origin.url"); ok {
		s.Repository = publicURL(remote)
	}
	// What is in the directory makes the plugin; other folders don't.
	changes, ok := git(ctx, dir, "status", "--porcelain", "--untracked-files=no", "--", ".")
	s.Dirty = !ok || changes != ""
	return s
}

// publicURL is a remote's URL without credentials, and empty for a path, which
// means nothing elsewhere.
func publicURL(remote string) string {
	if host, path, ok := strings.Cut(remote, ":"); ok && !strings.Contains(remote, "://") && !strings.Contains(host, "/") {
		_, host, _ = strings.Cut("@"+host, "@")
		if i := strings.LastIndexByte(host, '@'); i >= 0 {
			host = host[i+1:]
		}
		remote = "ssh://" + host + "/" + strings.TrimPrefix(path, "/")
	}
	u, err := url.Parse(remote)
	if err != nil || u.Host == "" {
		return ""
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// git runs a command that changes nothing.
func git(ctx context.Context, dir string, args ...string) (string, bool) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", dir, "--no-optional-locks"}, args...)...)
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err == nil
}

package trace

import (
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/build/oci"
)

// image is what the registry has under the resource's URL.
type image struct {
	place  oci.Place
	none   bool // the resource names no image
	loaded *oci.Loaded
	err    error
}

// findImage asks the registry; no store stands in for it here.
func (l *look) findImage() (i image) {
	if !strings.HasPrefix(l.w.URL, "oci://") {
		return image{none: true}
	}
	if i.place, i.err = oci.ParsePlace(l.w.URL); i.err != nil {
		return i
	}
	ctx, cancel := l.within()
	defer cancel()
	o := l.t.o.OCI
	o.Policy = nil // asked in its own turn: that the image is there is one thing, that it is trusted another
	i.loaded, i.err = oci.Load(ctx, i.place, oci.LoadOptions{Pull: oci.Always}, o)
	return i
}

// packaged is step 2.
func (l *look) packaged() finding {
	i := l.image
	switch {
	case i.none:
		return ok("no image is needed: the resource names " + scheme(l.w.URL))
	case i.loaded == nil:
		return unknown("see the step \"push\"", "the image can't be read")
	case l.built.sha256 == "":
		return ok("its wasm file has sha256 "+i.loaded.SHA256, "not compared with a file: give --wasm")
	case l.built.sha256 != i.loaded.SHA256:
		return fail(fmt.Sprintf(`push the file with "sluice push %s %s"`, l.built.file, strings.TrimPrefix(l.w.URL, "oci://")),
			fmt.Sprintf("the image has a wasm file with sha256 %s, and %s has %s", i.loaded.SHA256, l.built.file, l.built.sha256))
	}
	return ok("its wasm file has sha256 " + i.loaded.SHA256 + ", as " + l.built.file)
}

// pushed is step 3.
func (l *look) pushed() finding {
	i := l.image
	switch {
	case i.none:
		return ok("no registry is needed: the resource names " + scheme(l.w.URL))
	case i.err != nil:
		return fail(`push it with "sluice push", and see that the registry runs and can be reached from here: --plain-http, --ca-file`, i.err.Error())
	}
	facts := []string{i.place.String(), "manifest " + i.loaded.Manifest}
	if i.loaded.Digest != i.loaded.Manifest {
		facts = append(facts, "in the index "+i.loaded.Digest)
	}
	return l.signed().seen(facts...)
}

// signed asks the policy about the digest that was found.
func (l *look) signed() finding {
	if l.t.o.OCI.Policy == nil {
		return ok("its signature was not asked for: no --key and no --policy")
	}
	ctx, cancel := l.within()
	defer cancel()
	v, err := oci.Verify(ctx, l.image.place.Pinned(l.image.loaded.Digest), l.t.o.OCI)
	if err != nil {
		return fail(`sign it with "sluice sign", or give the key that it was signed with`, err.Error())
	}
	var by []string
	for _, s := range v.Signatures {
		by = append(by, fmt.Sprint(s.Key))
	}
	if len(by) == 0 {
		return ok(fmt.Sprintf("accepted by %s, without a signature", v.Rule))
	}
	return ok("signed with " + strings.Join(by, ", "))
}

// pinned compares the digest that a resource names with the registry's.
func (l *look) pinned(url, sha256 string) finding {
	digest := ""
	if _, at, found := strings.Cut(url, "@"); found {
		digest = at
	} else if sha256 != "" {
		digest = "sha256:" + sha256
	}
	switch {
	case l.image.none && sha256 != "":
		return l.same(sha256, "its checksum", "give the resource the checksum of the file, or take it out")
	case l.image.none:
		return ok("it has no checksum: what it names is used")
	case digest == "":
		return ok("it names no digest: what the tag is when it is pulled is used")
	case l.image.loaded == nil:
		return ok("it names "+digest, "not compared: the registry does not tell")
	case digest != l.image.loaded.Manifest && digest != l.image.loaded.Digest:
		return fail(`apply it again with "sluice apply", which pins the registry's digest, or write that digest`,
			fmt.Sprintf("it names %s, and the registry has %s", digest, l.image.loaded.Manifest))
	}
	return ok("it names " + digest + ", as the registry has")
}

func scheme(url string) string {
	s, _, _ := strings.Cut(url, "://")
	return "a module by " + s + "://"
}

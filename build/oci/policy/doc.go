// Package policy decides which images are used: those that are signed by the
// right key, those of certain repositories, or none. A Policy is read from a
// file with Load or made of keys with ForKeys; Check applies it to an image,
// before anything of the image is used. Nothing but the image's own registry is
// asked.
package policy

// Package store keeps images that were pulled, so that they can be used again
// without a registry. It is a directory:
//
//	blobs/sha256/…   content by its digest, as in an OCI layout
//	images/….json    what is known of each image: repository, digest, parts
//	tags/….json      which image a tag was when it was pulled last
//	lock, lock.index what processes wait for each other with
//
// Every file is written under another name, brought to the disk and renamed; the
// record of an image comes last. So a crash leaves no image that isn't whole.
// What is read is compared with its digest each time: a file that went bad is an
// error around image.ErrMismatch and never used. Any number of processes may pull
// at once; removing waits until none does. A directory that can't be written is
// fine for reading.
package store

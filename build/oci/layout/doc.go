// Package layout keeps images in OCI image layouts: directories, and tar files
// of them, as sites without a registry exchange them.
//
// A directory is written so that a crash at any moment leaves it whole: content
// goes to a temporary file, to the disk, and then to its name in one step; the
// index names an image only after all of it is there. Processes that write to
// the same directory wait for each other. What is read was perhaps written by
// somebody else: nothing outside the directory is reached through it.
package layout

package wasmplugin

// Bounds of a file.
const (
	maxFile      = 2 << 20 // bytes; Kubernetes takes 1.5 MB for one resource
	maxDocuments = 1000    // documents and items of lists
	maxNodes     = 200_000 // values; what an alias stands for counts each time
	maxDepth     = 64      // levels
	maxProblems  = 50      // problems of one file that are told
	maxFiles     = 2000    // files of a directory
)

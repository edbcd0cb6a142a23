// Package inner is another package of the plugin's module.
package inner

var ready = make(chan bool)

// Wait is reached from the plugin's callbacks.
func Wait() {
	<-ready // want "blocking: receive from ready in a callback"
}

// Unused is reached by nobody.
func Unused() { <-ready }

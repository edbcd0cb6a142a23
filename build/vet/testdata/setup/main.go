// Command setup registers itself where no gateway gets to.
package main

import "github.com/sluiceproxy/sluice/sdk/wrapper"

func main() {
	wrapper.SetCtx[struct{}]("setup") // want "setup-in-main: wrapper.SetCtx is called in main"
}

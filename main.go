// Command unecho deregisters Alexa and other Amazon devices from an Amazon
// account by driving a real browser, and proves that they are gone.
package main

import (
	"embed"
	"io/fs"
	"os"
	"runtime/debug"

	"github.com/unecho/unecho/flows/cli"
)

// The pages behind `demo` and `--replay standin`. A missing folder fails the build.
//
//go:embed testdata/standin
var files embed.FS

func main() {
	// Most of the memory of a run is needed for moments, such as for a long list as it comes
	// in, and a browser, or other runs, can do with the rest.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(25)
	}
	pages, err := fs.Sub(files, "testdata/standin")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	os.Exit(cli.Main(os.Args[1:], cli.Process(pages)))
}

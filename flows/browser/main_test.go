package browser_test

import (
	"os"
	"testing"

	"github.com/unecho/unecho/flows/browser/browsertest"
)

func TestMain(m *testing.M) { os.Exit(browsertest.Run(m)) }

package browser

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestAFullDiskIsLeftAsItWas(t *testing.T) {
	data := archive(t, browserEntries())
	// In the list, in the download, and in the middle of the unpacking.
	for _, room := range []string{"12k", "100k", "260k"} {
		s := newShop(t, data)
		d := s.from(t, io.Discard)
		disk := t.TempDir()
		if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size="+room); err != nil {
			t.Skip("a small disk cannot be mounted here: ", err)
		}
		t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
		d.dir = filepath.Join(disk, "browsers")
		_, err := d.install(context.Background(), Want{Replay: true})
		if err == nil || !strings.Contains(err.Error(), "no space left") || !strings.Contains(err.Error(), d.dir) || !strings.Contains(err.Error(), "free about") {
			t.Errorf("room for %s: %v", room, err)
		}
		if got := left(t, d.dir); len(got) > 0 {
			t.Errorf("room for %s: left %v", room, got)
		}
	}
}

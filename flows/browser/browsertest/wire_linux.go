package browsertest

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// A Wire is a browser that counts what its driver says to it and it to its driver: for
// benchmarks. It is the running program under another name, which starts the browser and
// passes the pipe's messages on.
type Wire struct{ dir string }

// Counts are of the protocol's messages, both ways.
type Counts struct{ Sent, SentBytes, Got, GotBytes uint64 }

// Less is what was added since an earlier count.
func (c Counts) Less(o Counts) Counts {
	return Counts{c.Sent - o.Sent, c.SentBytes - o.SentBytes, c.Got - o.Got, c.GotBytes - o.GotBytes}
}

const (
	wireName = "counting-headless-shell" // by which browser.Find knows what it can
	wireSize = 4 * 8
)

// NewWire puts a Wire for a browser into a directory. The program that runs must call
// BeWire at its start, as Run does.
func NewWire(dir, browser string) (*Wire, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	w := &Wire{dir}
	if err := os.Symlink(exe, w.Path()); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "counts"), make([]byte, wireSize), 0o600); err != nil {
		return nil, err
	}
	return w, os.WriteFile(filepath.Join(dir, "browser"), []byte(browser), 0o600)
}

// Path is what to start in the browser's place.
func (w *Wire) Path() string { return filepath.Join(w.dir, wireName) }

// Counts is what went over it so far.
func (w *Wire) Counts() (Counts, error) {
	b, err := os.ReadFile(filepath.Join(w.dir, "counts"))
	if err != nil || len(b) != wireSize {
		return Counts{}, errors.Join(err, errors.New("browsertest: no counts"))
	}
	n := func(i int) uint64 { return binary.NativeEndian.Uint64(b[8*i:]) }
	return Counts{n(0), n(1), n(2), n(3)}, nil
}

// BeWire does not return where the program was started as a Wire.
func BeWire() {
	if filepath.Base(os.Args[0]) != wireName {
		return
	}
	code, err := wire(filepath.Dir(os.Args[0]))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func wire(dir string) (code int, err error) {
	path, err := os.ReadFile(filepath.Join(dir, "browser"))
	if err != nil {
		return 1, err
	}
	cmd := exec.Command(string(path), os.Args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if !strings.Contains(strings.Join(os.Args[1:], " "), "--remote-debugging-pipe") { // asked for its version
		if err := cmd.Run(); cmd.ProcessState == nil {
			return 1, err
		}
		return cmd.ProcessState.ExitCode(), nil
	}
	f, err := os.OpenFile(filepath.Join(dir, "counts"), os.O_RDWR, 0)
	if err != nil {
		return 1, err
	}
	mem, err := syscall.Mmap(int(f.Fd()), 0, wireSize, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return 1, err
	}
	counts := unsafe.Slice((*uint64)(unsafe.Pointer(&mem[0])), 4)
	inR, inW, err := os.Pipe()
	if err != nil {
		return 1, err
	}
	outR, outW, err := os.Pipe()
	if err != nil {
		return 1, err
	}
	cmd.ExtraFiles = []*os.File{inR, outW}
	if err := cmd.Start(); err != nil {
		return 1, err
	}
	inR.Close()
	outW.Close()
	go func() {
		pass(inW, os.NewFile(3, "from the driver"), &counts[0], &counts[1])
		inW.Close()
	}()
	pass(os.NewFile(4, "to the driver"), outR, &counts[2], &counts[3])
	_ = cmd.Wait()
	return cmd.ProcessState.ExitCode(), nil
}

// pass hands messages on, each of which ends in a zero byte.
func pass(to io.Writer, from io.Reader, n, size *uint64) {
	r := bufio.NewReaderSize(from, 1<<16)
	for {
		m, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		atomic.AddUint64(n, 1)
		atomic.AddUint64(size, uint64(len(m)))
		if _, err := to.Write(m); err != nil {
			return
		}
	}
}

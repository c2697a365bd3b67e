package account

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// This file reads the files that settings point to, and says what is loose about them.

// readText reads a file whole that is not larger than most. loose: it is a regular file that group or
// others may read.
func readText(path string, most int) (text string, loose bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", false, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return "", false, err
	}
	if st.IsDir() {
		return "", false, errors.New("is a directory")
	}
	b, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err != nil {
		return "", false, err
	}
	if len(b) > most {
		return "", false, fmt.Errorf("is larger than %d MB", most>>20)
	}
	loose = runtime.GOOS != "windows" && st.Mode().IsRegular() && st.Mode().Perm()&0o044 != 0
	return string(b), loose, nil
}

func looseWarning(path string) string {
	return fmt.Sprintf("%s holds a secret and can be read by others; run: chmod 600 %s", path, shellQuote(path))
}

// mounted: a secret that a container or systemd put there; its mode is not ours
// to change.
func mounted(path string) bool {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	p := filepath.ToSlash(path)
	for _, root := range []string{"/run/secrets/", "/var/run/secrets/", "/run/credentials/"} {
		if strings.HasPrefix(p, root) {
			return true
		}
	}
	// Kubernetes writes each version into a directory "..2024_01_02…" next to it.
	return strings.Contains(p, "/..")
}

func shellQuote(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+,") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// why is the reason of a file error without its path, which the message has.
func why(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return strings.ReplaceAll(err.Error(), "\n", " ")
}

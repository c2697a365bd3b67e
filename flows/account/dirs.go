package account

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// StateDir is where profiles, journals and evidence live: $XDG_STATE_HOME/unecho,
// else ~/.local/state/unecho; on macOS ~/Library/Application Support/unecho, on
// Windows %LocalAppData%\unecho. It need not exist.
func StateDir() (string, error) {
	return userDir(runtime.GOOS, os.Getenv, "XDG_STATE_HOME", ".local/state", "LocalAppData")
}

// ConfigDir is where the file "env" is looked for: $XDG_CONFIG_HOME/unecho, else
// ~/.config/unecho; on macOS ~/Library/Application Support/unecho, on Windows
// %AppData%\unecho. It need not exist.
func ConfigDir() (string, error) {
	return userDir(runtime.GOOS, os.Getenv, "XDG_CONFIG_HOME", ".config", "AppData")
}

func userDir(goos string, getenv func(string) string, xdg, unix, windows string) (string, error) {
	if goos == "windows" {
		if d := getenv(windows); d != "" {
			return filepath.Join(d, "unecho"), nil
		}
		return "", errors.New("%" + windows + "% is not set: set it, or name the files on the command line")
	}
	// The XDG specification: a relative path is to be ignored.
	if d := getenv(xdg); filepath.IsAbs(d) && goos != "darwin" {
		return filepath.Join(d, "unecho"), nil
	}
	home := getenv("HOME")
	if !filepath.IsAbs(home) {
		// cron and systemd give a HOME; `env -i` does not.
		return "", errors.New("no directory for unecho's files: HOME is not set; set HOME or " + xdg)
	}
	if goos == "darwin" {
		return filepath.Join(home, "Library", "Application Support", "unecho"), nil
	}
	return filepath.Join(home, filepath.FromSlash(unix), "unecho"), nil
}

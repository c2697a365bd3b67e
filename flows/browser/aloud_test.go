package browser

import (
	"context"
	"slices"
	"strings"
	"testing"
)

func TestACommandIsSaidLineByLineInACleanEnvironment(t *testing.T) {
	t.Setenv("AMAZON_PASSWORD", "correct-horse")
	t.Setenv("https_proxy", "http://proxy.invalid:1")
	var said []string
	_, err := runAloud(context.Background(), func(line string) { said = append(said, line) }, "sh", "-c", "echo one; echo two >&2; echo; printf three; env; exit 7")
	if err == nil || len(said) < 4 || !slices.Equal(said[:2], []string{"one", "two"}) || !strings.HasPrefix(said[2], "three") {
		t.Errorf("%v, said %q", err, said)
	}
	if text := strings.Join(said, "\n"); strings.Contains(text, "correct-horse") || !strings.Contains(text, "https_proxy=http://proxy.invalid:1") {
		t.Errorf("its environment: %s", text)
	}
	if text, err := runAloud(context.Background(), nil, "sh", "-c", "echo one; echo two >&2"); err != nil || text != "one\n" {
		t.Errorf("%q, %v", text, err)
	}
}

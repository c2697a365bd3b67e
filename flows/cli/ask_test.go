package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows"
)

// A question that nobody answers ends with the run: Ctrl-C at "Type YES".
func TestAQuestionEndsWithTheRun(t *testing.T) {
	in, keyboard := io.Pipe() // nobody types
	defer keyboard.Close()
	a := &app{Env: Env{In: in, Err: &bytes.Buffer{}}}
	ctx, cancel := context.WithCancelCause(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.confirmed(ctx, 2) }()
	why := &flows.Stop{Code: flows.CodeInterrupted, Message: "interrupted"}
	cancel(why)
	select {
	case err := <-ended:
		if !errors.Is(err, error(why)) {
			t.Errorf("%v, want %v", err, why)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it still waits for an answer")
	}
}

func TestARefusalSaysWhatConfirms(t *testing.T) {
	for typed, hint := range map[string]bool{"y\n": true, "yes\n": true, "\n": false, "": false} {
		a := &app{Env: Env{In: bytes.NewBufferString(typed), Err: &bytes.Buffer{}}}
		var stop *flows.Stop
		if err := a.confirmed(context.Background(), 1); !errors.As(err, &stop) || stop.Code != flows.CodeNotAll ||
			!strings.Contains(stop.Message, "nothing was deregistered") || strings.Contains(stop.Hint, "YES, in capitals") != hint {
			t.Errorf("%q: %+v", typed, stop)
		}
	}
}

func TestOnlyYESConfirms(t *testing.T) {
	for typed, want := range map[string]bool{"YES\n": true, " YES \n": true, "yes\n": false, "Y\n": false, "\n": false, "": false, "YES please\n": false} {
		a := &app{Env: Env{In: bytes.NewBufferString(typed), Err: &bytes.Buffer{}}}
		if err := a.confirmed(context.Background(), 1); (err == nil) != want {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/unecho/unecho/flows/standin"
)

// serve keeps an account of the stand-in for several runs, as long as it is let: for what
// one run leaves to the next.
func serve(scenario string) error {
	site, err := standin.New(standin.Options{Files: os.DirFS("../standin"), Scenario: scenario})
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &stage{site: site}
	s.task.Email, s.task.Password, _ = site.Credentials()
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	_, env, err := s.files(dir)
	if err != nil {
		return err
	}
	fmt.Printf("--replay http://%s --env-file %s\n", ln.Addr(), env)
	srv := &http.Server{Handler: site}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() { srv.Close() })
	_ = srv.Serve(ln) // always an error: that of Close
	r := site.Record()
	fmt.Printf("%d sign-ins, %d deregistered, %d of them twice, %d left, dangers %v\n", r.SignIns, len(r.Deregistered), len(r.Doubles), len(r.Devices), r.Dangers)
	return nil
}

// Package web serves what operators and their machines look at: /healthz, /readyz and /metrics.
package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	readTimeout     = 10 * time.Second
	idleTimeout     = 2 * time.Minute
	shutdownTimeout = 5 * time.Second
	maxHeaderBytes  = 1 << 16
)

// Config is what a Server serves.
type Config struct {
	Address string                          // host:port
	Ready   func(ctx context.Context) error // says why the program can't serve people yet, or any more; required
	Handle  map[string]http.Handler         // by the pattern of http.ServeMux, such as "GET /metrics"
}

// Server is made by Listen.
type Server struct {
	listener net.Listener
	http     *http.Server
}

// Listen takes the address, so that a wrong one is known before anything else begins; Serve serves it.
func Listen(ctx context.Context, c Config) (*Server, error) {
	if c.Ready == nil {
		return nil, errors.New("web: nothing says whether the program is ready")
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Address)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	mux := http.NewServeMux()
	for pattern, handler := range c.Handle {
		mux.Handle(pattern, handler)
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := c.Ready(r.Context()); err != nil {
			say(w, http.StatusServiceUnavailable, err.Error())
			return
		}
		say(w, http.StatusOK, "ready")
	})
	return &Server{listener: listener, http: &http.Server{
		Handler: mux, ReadTimeout: readTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
	}}, nil
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, text)
}

// Address is the one listened at.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Serve serves until ctx is done, then lets requests end for up to five seconds. It returns nil after ctx is done.
func (s *Server) Serve(ctx context.Context) error {
	var work errgroup.Group
	ended := make(chan struct{})
	work.Go(func() error {
		defer close(ended)
		if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("web: %w", err)
		}
		return nil
	})
	work.Go(func() error {
		select {
		case <-ended:
			return nil
		case <-ctx.Done():
		}
		// ctx is done already; what is being served may end all the same.
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		if err := s.http.Shutdown(ending); err != nil {
			return errors.Join(fmt.Errorf("web: %w", err), s.http.Close())
		}
		return nil
	})
	return work.Wait()
}

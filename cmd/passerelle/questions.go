package main

import (
	"errors"
	"fmt"

	"passerelle/bot/terminal"
)

// outputError marks that the output is gone, after which answering on is of no use.
type outputError struct{ error }

func (e *outputError) Unwrap() error { return e.error }

func output(err error) error {
	if err == nil {
		return nil
	}
	return &outputError{err}
}

func unwrapOutput(err error) error {
	var gone *outputError
	if errors.As(err, &gone) {
		return gone.error
	}
	return err
}

// isFatal tells that neither the question nor its search is at fault, but the way in or out.
func isFatal(err error) bool {
	var gone *outputError
	return errors.As(err, &gone) || errors.Is(err, terminal.ErrInput)
}

func (p *program) complain(parts *parts, n int, err error) error {
	_, err = fmt.Fprintf(p.err, "passerelle: line %d: %s\n", n, p.message(parts.texts, err))
	return err
}

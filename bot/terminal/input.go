package terminal

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// maxLineBytes is how much of a line is read; a question of bot.MaxQuestionRunes is shorter in any script.
const maxLineBytes = 64 << 10

// ErrLine is wrapped by what is wrong with one line; the lines after it can still be read. ErrInput is wrapped by what
// ends the reading.
var (
	ErrLine  = errors.New("line cannot be read")
	ErrInput = errors.New("input cannot be read")
)

// Input reads lines, and stops waiting for one when its context is done.
type Input struct {
	next chan line
	n    int
}

type line struct {
	text string
	err  error
}

// NewInput reads from r once Next is called.
func NewInput(r io.Reader) *Input {
	in := &Input{next: make(chan line)}
	reader := bufio.NewReader(r)
	// A Read of a terminal cannot be called off, so this goroutine may outlive its Input; it ends with the program or
	// the end of its source, and holds nothing but its buffer.
	go func() {
		defer close(in.next)
		for first := true; ; first = false {
			text, err := readLine(reader)
			if first {
				text = strings.TrimPrefix(text, "\uFEFF")
			}
			if errors.Is(err, io.EOF) && text == "" {
				return
			}
			if errors.Is(err, io.EOF) {
				err = nil
			}
			in.next <- line{text, err}
			if err != nil && !errors.Is(err, ErrLine) {
				return
			}
		}
	}()
	return in
}

// Next returns the next line without its end and its number from 1. At the end it returns io.EOF; an error that wraps
// ErrLine is about this line alone.
func (in *Input) Next(ctx context.Context) (text string, n int, err error) {
	if err := ctx.Err(); err != nil {
		return "", in.n, err
	}
	select {
	case <-ctx.Done():
		return "", in.n, ctx.Err()
	case l, ok := <-in.next:
		if !ok {
			return "", in.n, io.EOF
		}
		in.n++
		return l.text, in.n, l.err
	}
}

func readLine(r *bufio.Reader) (string, error) {
	var text []byte
	long := false
	for {
		part, err := r.ReadSlice('\n')
		if len(text)+len(part) > maxLineBytes {
			long = true
		} else {
			text = append(text, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("%w: %w", ErrInput, err)
		}
		switch {
		case long:
			return "", fmt.Errorf("%w: it is longer than %d bytes", ErrLine, maxLineBytes)
		case !utf8.Valid(text):
			return "", fmt.Errorf("%w: it is not UTF-8 text", ErrLine)
		case bytes.IndexByte(text, 0) >= 0:
			return "", fmt.Errorf("%w: it holds a NUL byte, which text does not; UTF-16 is to be saved as UTF-8", ErrLine)
		}
		return strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r"), err
	}
}

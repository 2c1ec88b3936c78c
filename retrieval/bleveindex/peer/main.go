// Command peer puts the embedded index beside other search engines, in a rig that drives each as a process:
//
//	peer build DIR CORPUS    makes a live index of CORPUS, one passage a line: name, tab, words between blanks
//	peer serve DIR QUERIES   answers on standard input, QUERIES holding one question a line, words between blanks
//
// serve prints "ready". On the line "run" it asks each question once and prints how many microseconds each took, on one
// line; on "top" it prints the ten best passages of each, as name:score,name:score, or - for none.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"passerelle/retrieval/bleveindex"
)

const (
	cacheMB   = 64
	batchSize = 5_000
	hits      = 10
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	cache := cacheMB
	var err error
	if len(args) == 4 && args[0] == "serve" {
		cache, err = strconv.Atoi(args[3])
		args = args[:3]
	}
	if err != nil || len(args) != 3 || args[0] != "build" && args[0] != "serve" {
		return errors.New("usage: peer build DIR CORPUS, or peer serve DIR QUERIES [MB of decoded postings]")
	}
	lines, err := read(args[2])
	if err != nil {
		return err
	}
	if args[0] == "build" {
		return build(ctx, args[1], lines)
	}
	x, err := bleveindex.OpenLive(args[1], int64(cache)<<20)
	if err != nil {
		return err
	}
	questions := make([][]string, len(lines))
	for i, l := range lines {
		questions[i] = strings.Fields(l)
	}
	return errors.Join(serve(ctx, x, questions, os.Stdin, os.Stdout), x.Close())
}

func read(path string) ([]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n"), nil
}

func build(ctx context.Context, dir string, lines []string) (err error) {
	if _, err := os.Stat(dir); err == nil {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	began := time.Now()
	x, err := bleveindex.OpenLive(dir, cacheMB<<20)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	var group errgroup.Group // bleve makes a batch's segment in the goroutine that brings it
	group.SetLimit(runtime.GOMAXPROCS(0))
	for from := 0; from < len(lines); from += batchSize {
		part := lines[from:min(from+batchSize, len(lines))]
		group.Go(func() error {
			put := make([]bleveindex.Entry, len(part))
			for i, l := range part {
				id, text, _ := strings.Cut(l, "\t")
				put[i] = bleveindex.Entry{ID: id, Terms: strings.Fields(text)}
			}
			return x.Apply(ctx, put, nil)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	batches := time.Since(began)
	if err := x.Compact(ctx); err != nil {
		return err
	}
	fmt.Printf("{\"docs\":%d,\"sec\":%.3f,\"batch_sec\":%.3f}\n", len(lines), time.Since(began).Seconds(), batches.Seconds())
	return nil
}

func serve(ctx context.Context, x *bleveindex.Live, questions [][]string, in io.Reader, to io.Writer) error {
	out := bufio.NewWriter(to)
	fmt.Fprintln(out, "ready")
	if err := out.Flush(); err != nil {
		return err
	}
	took := make([]time.Duration, len(questions))
	commands := bufio.NewScanner(in)
	for commands.Scan() {
		for i, q := range questions {
			began := time.Now()
			best, err := x.TopK(ctx, q, hits)
			took[i] = time.Since(began)
			if err != nil {
				return err
			}
			if commands.Text() == "top" {
				fmt.Fprint(out, line(best), " ")
			}
		}
		if commands.Text() == "run" {
			for _, t := range took {
				fmt.Fprintf(out, "%.1f ", float64(t.Nanoseconds())/1000)
			}
		}
		fmt.Fprintln(out)
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return commands.Err()
}

func line(best []bleveindex.Hit) string {
	if len(best) == 0 {
		return "-"
	}
	parts := make([]string, len(best))
	for i, h := range best {
		parts[i] = fmt.Sprintf("%s:%.4f", h.ID, h.Score)
	}
	return strings.Join(parts, ",")
}

package main

import (
	"fmt"

	"passerelle/retrieval/local"
)

type indexCommand struct {
	Action string `arg:"" optional:"" enum:"build,stats" default:"build" help:"build makes the index where it is missing or another's, with all vectors; stats makes no vectors and says how many there are."`
}

// Run opens the index and describes it.
func (c *indexCommand) Run(p *program) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	stats := c.Action == "stats"
	searcher, err := openIndex(p.ctx, settings, local.Options{Wait: !stats, Idle: stats, Progress: p.err, Log: p.logger(settings.Log)})
	if err != nil {
		return err
	}
	defer searcher.Close()
	s := searcher.Stats()
	_, err = fmt.Fprintf(p.out, "path: %s\nsegments: %d\ndocuments: %d\npassages: %d\nsentences: %d\nvectors: %d of %d\nbytes: %d\nfingerprint: %s\n",
		s.Path, s.Segments, s.Documents, s.Passages, s.Sentences, s.Vectors, s.Texts, s.Bytes, s.Fingerprint)
	return err
}

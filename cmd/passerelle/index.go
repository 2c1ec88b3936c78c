package main

import "fmt"

type indexCommand struct {
	Action string `arg:"" optional:"" enum:"build,stats" default:"build" help:"build or stats; both open the index, building it first where it is missing or another's."`
}

// Run opens the index and describes it.
func (*indexCommand) Run(p *program) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	searcher, err := openIndex(p.ctx, settings, nil, p.err)
	if err != nil {
		return err
	}
	defer searcher.Close()
	s := searcher.Stats()
	_, err = fmt.Fprintf(p.out, "path: %s\ndocuments: %d\npassages: %d\nsentences: %d\nvectors: %d\nbytes: %d\nfingerprint: %s\n",
		s.Path, s.Documents, s.Passages, s.Sentences, s.Vectors, s.Bytes, s.Fingerprint)
	return err
}

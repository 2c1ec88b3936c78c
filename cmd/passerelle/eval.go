package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"passerelle/cmd/passerelle/internal/config"
	"passerelle/retrieval/eval"
	"passerelle/retrieval/local"
)

type evalCommand struct {
	File   string `arg:"" help:"The questions."`
	Format string `help:"squad: paragraphs and questions in JSON. parallel: one sentence in several languages a row. questions: questions over the corpus, a row each." enum:"squad,parallel,questions" default:"questions"`
	Query  string `help:"parallel: the column of the questions." placeholder:"COLUMN"`
	Target string `help:"parallel: the column of the documents." placeholder:"COLUMN"`
	Words  int    `help:"parallel: ask with the first N words only; 0 for all." placeholder:"N"`
	Misses bool   `help:"Name on standard error each question whose documents are not among the first ten."`
}

// Run measures and prints one JSON object.
func (c *evalCommand) Run(p *program) error {
	if err := c.check(p.globals.Language); err != nil {
		return &usageError{err}
	}
	settings, err := p.settings()
	if err != nil {
		return err
	}
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	searcher, questions, err := c.open(p, settings, file)
	if err != nil {
		return err
	}
	defer searcher.Close()
	options := eval.Options{}
	if c.Misses {
		options.Each = func(q eval.Question, ranks eval.Ranks) {
			if ranks.Document == 0 {
				fmt.Fprintf(p.err, "missed: %q, gold %q\n", q.Text, q.Gold)
			}
		}
	}
	report, err := eval.Run(p.ctx, searcher, questions, options)
	if err != nil {
		return err
	}
	return p.encoder().Object(report)
}

func (c *evalCommand) check(language string) error {
	switch {
	case c.Format == "parallel" && (c.Query == "" || c.Target == ""):
		return errors.New("--format parallel needs --query and --target, the columns of questions and documents")
	case c.Format == "questions" && language == "":
		return errors.New("--format questions needs --language, the column of the questions")
	case c.Format != "parallel" && (c.Query != "" || c.Target != "" || c.Words != 0):
		return errors.New("--query, --target and --words belong to --format parallel")
	}
	return nil
}

// open reads the set and opens what is to be searched: for a set with documents of its own a temporary index of these.
func (c *evalCommand) open(p *program, settings config.Config, file io.Reader) (*local.Searcher, []eval.Question, error) {
	if c.Format == "questions" {
		searcher, err := openIndex(p.ctx, settings, nil, p.err)
		if err != nil {
			return nil, nil, err
		}
		known := func(id string) bool { _, ok := searcher.Document(id); return ok }
		set, err := eval.ReadQuestions(file, p.globals.Language, known)
		if err != nil {
			return nil, nil, errors.Join(fmt.Errorf("%s: %w", c.File, err), searcher.Close())
		}
		return searcher, set.Questions, nil
	}
	var set eval.Set
	var err error
	if c.Format == "squad" {
		set, err = eval.ReadSQuAD(file, p.globals.Language)
	} else {
		set, err = eval.ReadParallel(file, c.Query, c.Target, c.Words)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", c.File, err)
	}
	searcher, err := local.Open(p.ctx, local.Options{Documents: set.Documents, Name: "eval", Progress: p.err})
	return searcher, set.Questions, err
}

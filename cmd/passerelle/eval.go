package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"passerelle/cmd/passerelle/internal/config"
	"passerelle/retrieval"
	"passerelle/retrieval/eval"
	"passerelle/retrieval/local"
)

type evalCommand struct {
	Files   []string `arg:"" optional:"" name:"file" help:"The questions. FILE#dev and FILE#test are the halves of a set of questions, by hash."`
	Format  string   `help:"squad: paragraphs and questions in JSON. parallel: one sentence in several languages a row. questions: questions over the corpus, a row each. followups: pairs of messages, the second of which leans on the first. outcomes: questions with a kind; what share of each is answered, only related, refused." enum:"squad,parallel,questions,followups,outcomes" default:"questions"`
	Query   string   `help:"parallel: the column of the questions." placeholder:"COLUMN"`
	Target  string   `help:"parallel: the column of the documents." placeholder:"COLUMN"`
	Words   int      `help:"parallel: ask with the first N words only; 0 for all." placeholder:"N"`
	Misses  bool     `help:"Name on standard error each question whose documents are not among the first ten; with --proof, each claim that the proof is wrong about."`
	Ablate  bool     `help:"Measure with each part of the search switched off in turn, a line each."`
	Compare string   `help:"Measure another search over the same documents: bleve (its French analyzer, its match query)." enum:",bleve" default:"" placeholder:"SEARCH"`
	Context string   `help:"followups: what is searched for the second message: none, it alone; joined, both; question, it rewritten; all, this near the documents of the first answer." enum:"none,joined,question,all" default:"all"`
	proofFlags
	Tune string `help:"questions: learn the ranking's weights in all three languages, cross-validated, and write them to WEIGHTS if every language gains." placeholder:"WEIGHTS"`
}

// Run measures and prints one JSON object; with --ablate, one a part.
func (c *evalCommand) Run(p *program) error {
	if err := c.check(p.globals.Language); err != nil {
		return &usageError{err}
	}
	if c.Proof {
		return c.measureProof(p, c.Misses)
	}
	switch c.Format {
	case "followups":
		return c.measureFollowUps(p)
	case "outcomes":
		return c.measureOutcomes(p)
	}
	settings, err := p.settings()
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "passerelle-eval-")
	if err != nil {
		return fmt.Errorf("no temporary directory: %w", err)
	}
	defer func() { _ = os.RemoveAll(scratch) }() // what is left there is the system's to clear away
	set, open, err := c.read(p, settings, scratch)
	if err != nil {
		return err
	}
	switch {
	case c.Ablate:
		return c.ablate(p, set.Questions, open)
	case c.Tune != "":
		return c.tune(p, set.Questions, open)
	case c.Compare != "":
		bleve, err := eval.NewBleve(p.ctx, set.Documents)
		if err != nil {
			return err
		}
		defer bleve.Close()
		return c.measure(p, bleve, set.Questions)
	}
	searcher, err := open("")
	if err != nil {
		return err
	}
	defer searcher.Close()
	return c.measure(p, searcher, set.Questions)
}

func (c *evalCommand) check(language string) error {
	if err := c.proofFlags.check(len(c.Files)); c.Proof || err != nil {
		return err
	}
	switch {
	case len(c.Files) == 0:
		return errors.New("eval needs the file of the questions, or --proof to measure the proof of claims")
	case c.Format == "parallel" && (c.Query == "" || c.Target == ""):
		return errors.New("--format parallel needs --query and --target, the columns of questions and documents")
	case c.Format == "questions" && language == "" && c.Tune == "":
		return errors.New("--format questions needs --language, the column of the questions")
	case c.Format == "outcomes" && (language == "" || c.Ablate || c.Compare != ""):
		return errors.New("--format outcomes needs --language, the column of the questions, and goes with neither --ablate nor --compare")
	case c.Format == "followups" && (language == "" || c.Ablate || c.Compare != ""):
		return errors.New("--format followups needs --language, whose columns are read, and goes with neither --ablate nor --compare")
	case c.Format != "followups" && c.Context != contextAll:
		return errors.New("--context belongs to --format followups")
	case c.Format != "parallel" && (c.Query != "" || c.Target != "" || c.Words != 0):
		return errors.New("--query, --target and --words belong to --format parallel")
	case c.Ablate && c.Compare != "" || c.Ablate && c.Tune != "" || c.Compare != "" && c.Tune != "":
		return errors.New("--ablate, --compare and --tune are three things to do; choose one")
	case c.Format != "questions" && c.Tune != "":
		return errors.New("--tune belongs to --format questions")
	case (c.Format == "squad" || c.Format == "parallel") && len(c.Files) > 1:
		return errors.New("several files belong to --format questions, followups and outcomes")
	}
	return nil
}

// opener opens the search without one of its parts.
type opener func(without local.Part) (*local.Searcher, error)

// read reads the set, with the documents to look in, and says how to open the index of these: for a set with documents of
// its own in the folder scratch.
func (c *evalCommand) read(p *program, settings config.Config, scratch string) (eval.Set, opener, error) {
	if c.Format == "questions" {
		documents, _, err := corpus(settings)
		if err != nil {
			return eval.Set{}, nil, err
		}
		set, err := c.readQuestions(p.globals.Language, documents)
		set.Documents = documents
		return set, func(without local.Part) (*local.Searcher, error) {
			return openIndex(p.ctx, settings, local.Options{Progress: p.err, Log: p.logger(settings.Log), Without: without, Wait: true})
		}, err
	}
	var set eval.Set
	err := readFile(c.Files[0], func(r io.Reader) (err error) {
		if c.Format == "squad" {
			set, err = eval.ReadSQuAD(r, p.globals.Language)
		} else {
			set, err = eval.ReadParallel(r, c.Query, c.Target, c.Words)
		}
		return err
	})
	return set, func(without local.Part) (*local.Searcher, error) {
		options := local.Options{
			Dir: scratch, Documents: set.Documents, Name: "eval", Progress: p.err, Log: p.logger(settings.Log), Without: without, Wait: true,
		}
		if err := useEncoder(settings.Embeddings, &options); err != nil {
			return nil, err
		}
		return local.Open(p.ctx, options)
	}, err
}

// readQuestions reads all files in one language, or in all three to tune.
func (c *evalCommand) readQuestions(language string, documents []*retrieval.Document) (set eval.Set, err error) {
	known := make(map[string]bool, len(documents))
	for _, d := range documents {
		known[d.ID] = true
	}
	languages := []string{language}
	if c.Tune != "" {
		languages = []string{retrieval.French, retrieval.Russian, retrieval.English}
	}
	for _, language := range languages {
		for _, name := range c.Files {
			path, half, _ := strings.Cut(name, "#")
			if half != "" && half != "dev" && half != "test" {
				return set, &usageError{fmt.Errorf("%s: a set has the halves #dev and #test, not #%s", path, half)}
			}
			err := readFile(path, func(r io.Reader) error {
				one, err := eval.ReadQuestions(r, language, func(id string) bool { return known[id] })
				for _, q := range one.Questions {
					if half == "" || q.KeptBack == (half == "test") {
						set.Questions = append(set.Questions, q)
					}
				}
				return err
			})
			if err != nil {
				return set, err
			}
		}
	}
	return set, nil
}

func readFile(path string, read func(io.Reader) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := read(file); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func (c *evalCommand) measure(p *program, s retrieval.Searcher, questions []eval.Question) error {
	options := eval.Options{}
	if c.Misses {
		options.Each = func(q eval.Question, ranks eval.Ranks) {
			if ranks.Document == 0 {
				fmt.Fprintf(p.err, "missed: %q, gold %q\n", q.Text, q.Gold)
			}
		}
	}
	report, err := eval.Run(p.ctx, s, questions, options)
	if err != nil {
		return err
	}
	return p.encoder().Object(report)
}

// ablate measures with everything first, then without each part. All share one index, so that each is opened, not built,
// after the first.
func (c *evalCommand) ablate(p *program, questions []eval.Question, open opener) error {
	for _, part := range append([]local.Part{""}, local.Parts()...) {
		s, err := open(part)
		if err != nil {
			return err
		}
		report, err := eval.Run(p.ctx, s, questions, eval.Options{})
		if err = errors.Join(err, s.Close()); err != nil {
			return err
		}
		line := struct {
			Without local.Part `json:"without"`
			eval.Report
		}{part, report}
		if err := p.encoder().Object(line); err != nil {
			return err
		}
	}
	return nil
}

func (c *evalCommand) tune(p *program, questions []eval.Question, open opener) error {
	s, err := open("")
	if err != nil {
		return err
	}
	defer s.Close()
	tuning, err := eval.Tune(p.ctx, s, questions, s.Weights())
	if err != nil {
		return err
	}
	if tuning.Better {
		file, err := tuning.Weights.JSON()
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Tune, file, 0o644); err != nil {
			return fmt.Errorf("the weights can't be written: %w", err)
		}
	} else {
		fmt.Fprintf(p.err, "not every language gains: %s is left as it is\n", c.Tune)
	}
	return p.encoder().Object(tuning)
}

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"passerelle/bot"
	"passerelle/bot/llm"
	"passerelle/bot/locale"
	"passerelle/cmd/passerelle/internal/config"
	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/dossier"
	"passerelle/retrieval/embeddings"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/ingest"
	"passerelle/retrieval/local"
	"passerelle/seeds"
)

// parts is the program put together. Close it.
type parts struct {
	config   config.Config
	texts    *locale.Texts
	searcher *local.Searcher
	model    *llm.Client // nil where none is set
	service  *bot.Service

	checks    bool                                                      // texts that somebody wrote are checked, as they are where many share
	community *bot.Community                                            // nil for one person in a terminal
	share     func(bot.Answerer, *local.Searcher) (bot.Answerer, error) // nil to answer each question anew
}

// openParts puts everything together that answers, and waits for all vectors or not; one line on progress says when an
// index is built. What many people share is added by with.
func openParts(ctx context.Context, c config.Config, wait bool, progress io.Writer, log *slog.Logger, with ...func(*parts)) (_ *parts, err error) {
	texts, err := locale.Load()
	if err != nil {
		return nil, err
	}
	places, err := gazetteer.Load()
	if err != nil {
		return nil, err
	}
	p := &parts{config: c, texts: texts}
	for _, change := range with {
		change(p)
	}
	if p.searcher, err = openIndex(ctx, c, local.Options{Places: places, Wait: wait, Progress: progress, Log: log}); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	var model llm.Model // answers and rewriting spare one and the same server
	if c.LLM.Model != "" {
		if p.model, err = newModel(c.LLM); err != nil {
			return nil, err
		}
		model = llm.NewGuard(p.model)
	}
	answerer, err := newAnswerer(c, model, p.searcher, places, log)
	if err != nil {
		return nil, err
	}
	if p.share != nil {
		if answerer, err = p.share(answerer, p.searcher); err != nil {
			return nil, err
		}
	}
	rewriter, err := newRewriter(model, places, log)
	if err != nil {
		return nil, err
	}
	var checker bot.Checker
	if p.checks || p.community != nil {
		if checker, err = newChecker(c.Proof, p.searcher, places); err != nil {
			return nil, err
		}
	}
	p.service, err = bot.NewService(bot.Parts{
		Checker:     checker,
		Answerer:    answerer,
		Library:     p.searcher,
		Delegations: dossier.New(p.searcher, places, ingest.Sentences),
		Detect:      analysis.DetectLanguageOr,
		NameKey:     analysis.NameKey,
		Rewriter:    rewriter,
		Community:   p.community,
	})
	return p, err
}

// Close releases the index and the connections to the model.
func (p *parts) Close() error {
	err := p.searcher.Close()
	if p.model != nil {
		err = errors.Join(err, p.model.Close())
	}
	return err
}

// openIndex opens the index of the corpus that is set, as the other options say.
func openIndex(ctx context.Context, c config.Config, o local.Options) (*local.Searcher, error) {
	var err error
	if o.Documents, o.Name, err = corpus(c); err != nil {
		return nil, err
	}
	if o.Dir, err = c.DataDir(); err != nil {
		return nil, err
	}
	if c.Corpus == "" && !c.Embeddings.IsSet() {
		o.Vectors = seeds.Vectors()
	}
	if err := useEncoder(c.Embeddings, &o); err != nil {
		return nil, err
	}
	o.Cache = int64(c.Index.CacheMB) << 20
	searcher, err := local.Open(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("index of %s: %w", o.Name, err)
	}
	return searcher, nil
}

// useEncoder has vectors made by the model that is set; the embedded one where none is.
func useEncoder(c config.Embeddings, o *local.Options) error {
	if !c.IsSet() {
		return nil
	}
	client, err := newEmbeddings(c)
	if err != nil {
		return err
	}
	o.Encoder, o.Batch = client, c.Batch
	return nil
}

func newEmbeddings(c config.Embeddings) (*embeddings.Client, error) {
	key, err := c.Secret()
	if err != nil {
		return nil, err
	}
	return embeddings.New(embeddings.Config{
		BaseURL: c.BaseURL, QueryModel: cmp.Or(c.QueryModel, c.Model), PassageModel: cmp.Or(c.PassageModel, c.Model),
		QueryPrefix: c.QueryPrefix, PassagePrefix: c.PassagePrefix, Batch: c.Batch, Timeout: c.Timeout, Key: key.Reveal(),
	})
}

// corpus reads the documents that are set, and names them so that the indexes of several lie side by side.
func corpus(c config.Config) (documents []*retrieval.Document, name string, err error) {
	if c.Corpus == "" {
		if documents, err = ingest.Load(seeds.Files()); err != nil {
			return nil, "", fmt.Errorf("embedded articles: %w", err)
		}
		return documents, "seeds", nil
	}
	path, err := filepath.Abs(c.Corpus)
	if err != nil {
		return nil, "", fmt.Errorf("corpus %s: %w", c.Corpus, err)
	}
	from, err := folder(path)
	if err != nil {
		return nil, "", err
	}
	if documents, err = ingest.Load(from); err != nil {
		return nil, "", fmt.Errorf("corpus %s: %w", c.Corpus, err)
	}
	sum := fnv.New64a()
	_, _ = io.WriteString(sum, path)
	return documents, fmt.Sprintf("corpus-%016x", sum.Sum64()), nil
}

func folder(path string) (fs.FS, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("corpus: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("corpus: %s is a file; name the directory that holds the documents", path)
	}
	return os.DirFS(path), nil
}

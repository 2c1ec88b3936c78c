package main

import (
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
	"passerelle/bot/locale"
	"passerelle/cmd/passerelle/internal/config"
	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
	"passerelle/retrieval/dossier"
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
	service  *bot.Service
}

// openParts puts everything together that answers; one line on progress says when an index is built.
func openParts(ctx context.Context, c config.Config, progress io.Writer, log *slog.Logger) (_ *parts, err error) {
	texts, err := locale.Load()
	if err != nil {
		return nil, err
	}
	places, err := gazetteer.Load()
	if err != nil {
		return nil, err
	}
	p := &parts{config: c, texts: texts}
	if p.searcher, err = openIndex(ctx, c, places, progress); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	answerer, err := newAnswerer(c.LLM, p.searcher, log)
	if err != nil {
		return nil, err
	}
	p.service, err = bot.NewService(bot.Parts{
		Answerer:    answerer,
		Library:     p.searcher,
		Delegations: dossier.New(p.searcher, places, ingest.Sentences),
		Detect:      analysis.DetectLanguage,
		NameKey:     analysis.NameKey,
	})
	return p, err
}

// Close releases the index.
func (p *parts) Close() error { return p.searcher.Close() }

// openIndex opens the index of the corpus that is set; nil places are loaded.
func openIndex(ctx context.Context, c config.Config, places *gazetteer.Gazetteer, progress io.Writer) (*local.Searcher, error) {
	return openIndexWithout(ctx, c, places, progress, "")
}

// openIndexWithout leaves a part of the search out, to measure what it is worth.
func openIndexWithout(ctx context.Context, c config.Config, places *gazetteer.Gazetteer, progress io.Writer, without local.Part) (*local.Searcher, error) {
	documents, name, err := corpus(c)
	if err != nil {
		return nil, err
	}
	dir, err := c.DataDir()
	if err != nil {
		return nil, err
	}
	options := local.Options{Dir: dir, Documents: documents, Name: name, Progress: progress, Places: places, Without: without}
	if c.Corpus == "" {
		options.Vectors = seeds.Vectors()
	}
	searcher, err := local.Open(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("index of %s: %w", name, err)
	}
	return searcher, nil
}

// corpus reads the documents that are set, and names them so that the indexes of several lie side by side.
func corpus(c config.Config) (documents []*retrieval.Document, name string, err error) {
	from, name := seeds.Files(), "seeds"
	if c.Corpus != "" {
		path, err := filepath.Abs(c.Corpus)
		if err != nil {
			return nil, "", fmt.Errorf("corpus %s: %w", c.Corpus, err)
		}
		if from, err = folder(path); err != nil {
			return nil, "", err
		}
		sum := fnv.New64a()
		_, _ = io.WriteString(sum, path)
		name = fmt.Sprintf("corpus-%016x", sum.Sum64())
	}
	documents, err = ingest.Load(from)
	if err != nil {
		if c.Corpus == "" {
			return nil, "", fmt.Errorf("embedded articles: %w", err)
		}
		return nil, "", fmt.Errorf("corpus %s: %w", c.Corpus, err)
	}
	return documents, name, nil
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

// Package bleveindex keeps the terms of sentences, passages and documents in bleve's segments (scorch) and scores them
// with BM25 of its own: bleve's "bm25" takes ceil(distinct terms / documents) for the average length and multiplies by a
// coord factor, and it knows no word that several terms stand for.
package bleveindex

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"
)

// Level is a size of text that is scored by itself, with its own lengths and frequencies.
type Level int

// Levels.
const (
	Sentence Level = iota
	Passage
	Document
	levels
)

// fields are the fields of the levels in bleve; the last two hold the vocabulary, see Unit.
const (
	levelFields   = "spd"
	fieldNames    = "n"
	fieldSpelling = "f"
)

// Unit is one sentence, passage or document as the index keeps it.
type Unit struct {
	Level  Level
	Number int // from 0 within its level, without gaps
	Terms  []string

	Names     []Name     // capitalised words in it, to find names that sound like a question's
	Spellings []Spelling // words whose term is another when they are typed without accents
}

// Name is a capitalised word of the documents.
type Name struct {
	Text     string // lower case, with accents
	Language string // of the text it stands in
}

// Spelling leads from what is typed without accents to the term of the word that was meant.
type Spelling struct{ Typed, Term string }

const (
	storeName   = "bleve"
	lengthsName = "lengths.bin"
	separator   = "|" // within a term of the vocabulary fields; no word has one
)

// Build writes an index into the folder path, which must not exist. What it leaves when it fails must be removed.
func Build(ctx context.Context, path string, units []Unit) (err error) {
	if len(units) == 0 {
		return errors.New("index: nothing to index")
	}
	if err := os.Mkdir(path, 0o755); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	scratch := filepath.Join(path, "build")
	if err := os.Mkdir(scratch, 0o755); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	m, err := newMapping()
	if err != nil {
		return fmt.Errorf("index %s: %w", path, err)
	}
	builder, err := bleve.NewBuilder(filepath.Join(path, storeName), m, map[string]any{
		"buildPathPrefix": scratch,
		"batchSize":       2000,
	})
	if err != nil {
		return fmt.Errorf("index %s: %w", path, err)
	}
	lengths, err := write(ctx, builder, units)
	if err == nil { // a builder that got nothing panics when closed; one that is given up leaves only files in scratch
		err = builder.Close()
	}
	if err != nil {
		return fmt.Errorf("index %s: %w", path, err)
	}
	return os.WriteFile(filepath.Join(path, lengthsName), lengths.bytes(), 0o644)
}

func write(ctx context.Context, builder bleve.Builder, units []Unit) (lengths unitLengths, err error) {
	for i := range units {
		l := &lengths[units[i].Level]
		*l = append(*l, 0)
	}
	for i := range units {
		u := &units[i]
		if i%256 == 0 && ctx.Err() != nil {
			return lengths, ctx.Err()
		}
		if u.Number < 0 || u.Number >= len(lengths[u.Level]) {
			return lengths, fmt.Errorf("unit %d of level %d, which has %d", u.Number, u.Level, len(lengths[u.Level]))
		}
		lengths[u.Level][u.Number] = uint32(len(u.Terms))
		fields := map[string]any{levelFields[u.Level : u.Level+1]: strings.Join(u.Terms, " ")}
		if len(u.Names) > 0 {
			words := make([]string, len(u.Names))
			for i, n := range u.Names {
				words[i] = n.Language + separator + n.Text
			}
			fields[fieldNames] = strings.Join(words, " ")
		}
		if len(u.Spellings) > 0 {
			words := make([]string, len(u.Spellings))
			for i, s := range u.Spellings {
				words[i] = s.Typed + separator + s.Term
			}
			fields[fieldSpelling] = strings.Join(words, " ")
		}
		if err := builder.Index(unitID(u.Level, u.Number), fields); err != nil {
			return lengths, err
		}
	}
	return lengths, nil
}

func unitID(l Level, number int) string { return levelFields[l:l+1] + strconv.Itoa(number) }

// newMapping has one field a level, whose text is terms already, between blanks.
func newMapping() (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	m.ScoringModel = index.BM25Scoring
	m.DefaultMapping.Dynamic = false
	const terms = "terms"
	if err := m.AddCustomAnalyzer(terms, map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		return nil, err
	}
	for _, name := range strings.Split(levelFields+fieldNames+fieldSpelling, "") {
		f := bleve.NewTextFieldMapping()
		f.Analyzer, f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = terms, false, false, false, false
		m.DefaultMapping.AddFieldMappingsAt(name, f)
	}
	m.IndexDynamic, m.StoreDynamic, m.DocValuesDynamic = false, false, false
	m.DefaultType = "_default"
	return m, m.Validate()
}

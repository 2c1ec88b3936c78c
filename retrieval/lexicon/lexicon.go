// Package lexicon gives the counterparts of a word in another of the three languages, so that a question finds words
// that its asker did not write: завод finds usine and fabrique. docs/retrieval-lexicon.md says where they come from.
package lexicon

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"passerelle/retrieval/analysis"
)

// Translation is one counterpart of a word.
type Translation struct {
	Term   string  // as analysis.Stem gives it in the language asked for
	Weight float64 // how much it counts beside the word itself: above 0, at most 1
}

// most is how many counterparts a word has at most; those below it are noise more often than not.
const most = 8

// Source names one of the files that a Lexicon is made of.
type Source string

// The sources, from the most to the least reliable. Each file's header names its licence.
const (
	Glossary Source = "glossary" // the subject's words, by hand
	Regions  Source = "regions"  // countries and languages, from Unicode's CLDR
	FreeDict Source = "freedict" // Russian and French, from Wiktionary by way of FreeDict
	Parallel Source = "parallel" // words aligned in TICO-19's sentences
	Encoder  Source = "encoder"  // neighbours in the embedded encoder's space
)

// Sources lists them all.
func Sources() []Source { return []Source{Glossary, Regions, FreeDict, Parallel, Encoder} }

// Lexicon is read-only after Load and safe for concurrent use.
type Lexicon struct {
	parts []part
}

type part struct {
	source   Source
	sections map[direction]string
}

type direction struct{ from, to string }

// Load opens the lexicon inside the binary, in well under a millisecond: its text is searched where it lies.
func Load() (*Lexicon, error) { return LoadOnly(Sources()...) }

// LoadOnly is Load with some of the sources, to measure what each is worth.
func LoadOnly(sources ...Source) (*Lexicon, error) {
	lexicon := new(Lexicon)
	for _, source := range sources {
		text, ok := files()[source]
		if !ok {
			return nil, fmt.Errorf("lexicon: no source %q, only %q", source, Sources())
		}
		if err := lexicon.add(source, text); err != nil {
			return nil, err
		}
	}
	return lexicon, nil
}

// Replace is the lexicon with another file in the place of one of its sources, or beside them.
func (l *Lexicon) Replace(source Source, text string) (*Lexicon, error) {
	other := &Lexicon{slices.DeleteFunc(slices.Clone(l.parts), func(p part) bool { return p.source == source })}
	return other, other.add(source, text)
}

func (l *Lexicon) add(source Source, text string) error {
	sections, err := split(text)
	if err != nil {
		return fmt.Errorf("lexicon: source %s: %w", source, err)
	}
	l.parts = append(l.parts, part{source, sections})
	return nil
}

// split finds the sections of a file. A section begins with a line "[ru fr]" and holds one line a key, sorted by bytes:
// the key, a tab, then terms and their weights in tenths, all between blanks. Lines before the first section are the
// file's header.
func split(text string) (map[direction]string, error) {
	sections := make(map[direction]string)
	for {
		start := strings.Index(text, "\n[")
		if start < 0 {
			break
		}
		name, rest, found := strings.Cut(text[start+len("\n["):], "]\n")
		from, to, ok := strings.Cut(name, " ")
		if !found || !ok {
			return nil, fmt.Errorf("a section's first line must be like [ru fr], not [%.20s", name)
		}
		end := strings.Index(rest, "\n[")
		body := rest[:end+1]
		if end < 0 {
			body = rest
		}
		if !strings.HasSuffix(body, "\n") {
			return nil, fmt.Errorf("section [%s] is cut off", name)
		}
		sections[direction{from, to}] = body
		text = rest[len(body)-1:]
	}
	if len(sections) == 0 {
		return nil, fmt.Errorf("no section")
	}
	return sections, nil
}

// Translate gives the counterparts of a word written in one language ("fr", "ru", "en") in another, best first; nil where
// none is known. Names of places and people are not here, countries are.
func (l *Lexicon) Translate(word, from, to string) []Translation {
	return l.lookup(analysis.Stem(word, from), direction{from, to})
}

// Phrase gives the counterparts of two words that follow each other, stop words between them left out: twin town,
// торговая палата. They are of the two together, beside those that Translate gives of each.
func (l *Lexicon) Phrase(first, second, from, to string) []Translation {
	return l.lookup(analysis.Stem(first, from)+" "+analysis.Stem(second, from), direction{from, to})
}

func (l *Lexicon) lookup(key string, way direction) []Translation {
	var out []Translation
	for _, p := range l.parts {
		fields := find(p.sections[way], key)
		for fields != "" {
			var term, tenths string
			term, fields, _ = strings.Cut(fields, " ")
			tenths, fields, _ = strings.Cut(fields, " ")
			n, err := strconv.Atoi(tenths)
			if err != nil {
				break
			}
			weight := float64(n) / 10
			if i := slices.IndexFunc(out, func(t Translation) bool { return t.Term == term }); i >= 0 {
				out[i].Weight = max(out[i].Weight, weight)
			} else {
				out = append(out, Translation{term, weight})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Translation) int {
		switch {
		case a.Weight > b.Weight:
			return -1
		case a.Weight < b.Weight:
			return 1
		}
		return 0
	})
	return out[:min(len(out), most)]
}

// find gives what stands after a key's tab in sorted lines, "" if it is not there.
func find(lines, key string) string {
	low, high := 0, len(lines)
	for low < high {
		middle := (low + high) / 2
		start := low + strings.LastIndexByte(lines[low:middle], '\n') + 1
		end := start + strings.IndexByte(lines[start:], '\n')
		here, fields, _ := strings.Cut(lines[start:end], "\t")
		switch strings.Compare(here, key) {
		case 0:
			return fields
		case -1:
			low = end + 1
		default:
			high = start
		}
	}
	return ""
}

// The files are strings, not an embed.FS, so that none of their bytes is copied.
func files() map[Source]string {
	return map[Source]string{Glossary: glossary, Regions: regions, FreeDict: freedict, Parallel: parallel, Encoder: encoder}
}

var (
	//go:embed data/glossary.tsv
	glossary string
	//go:embed data/regions.tsv
	regions string
	//go:embed data/freedict.tsv
	freedict string
	//go:embed data/parallel.tsv
	parallel string
	//go:embed data/encoder.tsv
	encoder string
)

// Synonyms gives words of the same language that share counterparts with the word: diriger, by way of возглавлять and
// lead, finds conduire. Their weights are the products of both steps'; the word itself is left out.
func (l *Lexicon) Synonyms(word, language string) []Translation {
	own := analysis.Stem(word, language)
	var out []Translation
	for _, pivot := range []string{"fr", "ru", "en"} {
		if pivot == language {
			continue
		}
		for _, there := range l.lookup(own, direction{language, pivot}) {
			for _, back := range l.lookup(there.Term, direction{pivot, language}) {
				if back.Term == own {
					continue
				}
				weight := there.Weight * back.Weight
				if i := slices.IndexFunc(out, func(t Translation) bool { return t.Term == back.Term }); i >= 0 {
					out[i].Weight = max(out[i].Weight, weight)
				} else {
					out = append(out, Translation{back.Term, weight})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Translation) int { return cmp.Compare(b.Weight, a.Weight) })
	return out[:min(most, len(out))]
}

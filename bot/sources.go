package bot

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"passerelle/retrieval"
)

// minKeyLength is how many letters a name's key must have to tell it from others.
const minKeyLength = 3

// list describes the corpus, or the documents about something, which it names latest first.
func (s *Service) list(about, language string) *Sources {
	documents := s.parts.Library.Documents()
	out := &Sources{About: about, Total: len(documents)}
	if about != "" {
		documents = s.matching(documents, about, language)
		out.Documents = documents
	}
	counts := map[string]int{}
	for _, d := range documents {
		counts[d.Source]++
		if d.Date.IsZero() {
			continue
		}
		if out.First.IsZero() || d.Date.From.Before(out.First.From) {
			out.First = d.Date
		}
		if out.Last.IsZero() || d.Date.To.After(out.Last.To) {
			out.Last = d.Date
		}
	}
	for name, n := range counts {
		out.Publishers = append(out.Publishers, Publisher{Name: name, Documents: n})
	}
	slices.SortFunc(out.Publishers, func(a, b Publisher) int {
		return cmp.Or(cmp.Compare(b.Documents, a.Documents), strings.Compare(a.Name, b.Name))
	})
	return out
}

// matching returns the documents whose metadata has every word of what they should be about, latest first.
func (s *Service) matching(documents []*retrieval.Document, about, language string) []*retrieval.Document {
	wanted := s.words(about, language)
	if len(wanted) == 0 {
		return nil
	}
	var found []*retrieval.Document
	for _, d := range documents {
		fields := slices.Concat([]string{d.Title, d.Source}, d.Places, d.People, d.Organisations)
		had := s.words(strings.Join(fields, " "), d.Language)
		missing := slices.ContainsFunc(wanted, func(w word) bool {
			return !slices.ContainsFunc(had, func(h word) bool { return h.meets(w) })
		})
		if !missing {
			found = append(found, d)
		}
	}
	slices.SortStableFunc(found, func(a, b *retrieval.Document) int {
		return cmp.Or(b.Date.To.Compare(a.Date.To), strings.Compare(a.ID, b.ID))
	})
	return found
}

// word is one word or number of a text.
type word struct {
	folded string // lower case without accents
	key    string // by Parts.NameKey; "" for none or too short a one
}

func (w word) meets(wanted word) bool {
	return strings.HasPrefix(w.folded, wanted.folded) || wanted.key != "" && w.key == wanted.key
}

func (s *Service) words(text, language string) []word {
	var words []word
	apart := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }
	for _, written := range strings.FieldsFunc(norm.NFC.String(text), apart) {
		w := word{folded: fold(written)}
		if s.parts.NameKey != nil {
			if key := s.parts.NameKey(written, language); len(key) >= minKeyLength {
				w.key = key
			}
		}
		words = append(words, w)
	}
	return words
}

func fold(word string) string {
	word = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(word))
	return strings.NewReplacer("œ", "oe", "æ", "ae").Replace(word)
}

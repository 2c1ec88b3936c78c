// Package gazetteer knows the places of Franco-Russian cooperation by their French, Russian and English names: towns,
// regions, departments, countries, lands and waters, with their former names, adjectives and inhabitants. It finds them
// in running text, inflected or typed without capitals, and guesses which one a misspelt name means.
//
// A place is a concept: its ID can stand for all of its names in an index.
package gazetteer

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
)

// Kind is what a place is.
type Kind string

// Kinds of place. An area is what is none of the others: a land, a river, a sea, an island, an industrial zone.
const (
	City       Kind = "city"
	Region     Kind = "region"
	Department Kind = "department"
	Country    Kind = "country"
	Area       Kind = "area"
)

// Place is one place with its names.
type Place struct {
	ID         string // unique and stable, such as "geonames:2023469" or "iso:RU-IRK"
	Kind       Kind
	Country    string   // ISO 3166-1 alpha-2; "" for what belongs to none or to several
	Population int      // of a city; 0 when not known
	Related    []string // ids of places close in meaning: a capital's region, a region's capital; never the same place

	cells [languages]string // names by language, as the data files have them
}

// Names returns the names in a language, the usual one first, then variants and former names; none when not known.
func (p *Place) Names(language string) []string {
	i, ok := languageIndex(language)
	if !ok {
		return nil
	}
	names, _, _ := strings.Cut(p.cells[i], "~")
	if names == "" {
		return nil
	}
	return strings.Split(names, "|")
}

// Gazetteer is a set of places. It is safe for concurrent use.
type Gazetteer struct {
	places    []Place
	byID      map[string]int32
	trie      trie
	ambiguous map[string]ambiguity
	twinnings []Twinning
	sounds    func() *sounds // made at the first misspelt name
}

//go:embed data/*.tsv
var data embed.FS

// Fingerprint tells these data from any others: an index of the places that texts name is of these.
func Fingerprint() (string, error) {
	h := sha256.New()
	entries, err := data.ReadDir("data")
	if err != nil {
		return "", fmt.Errorf("gazetteer: %w", err)
	}
	for _, e := range entries {
		file, err := data.ReadFile("data/" + e.Name())
		if err != nil {
			return "", fmt.Errorf("gazetteer: %w", err)
		}
		_, _ = fmt.Fprintf(h, "%s %d\n", e.Name(), len(file)) // a hash takes every write
		_, _ = h.Write(file)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Load reads the embedded places. It fails only if the program was built with broken data.
func Load() (*Gazetteer, error) {
	g := &Gazetteer{byID: make(map[string]int32, 6000)}
	g.sounds = sync.OnceValue(func() *sounds { return newSounds(g) })
	for _, file := range []string{"other_places", "russian_regions", "french_regions", "french_cities", "russian_cities"} {
		if err := g.readPlaces(file); err != nil {
			return nil, err
		}
	}
	g.trie = newTrie()
	for _, step := range []func() error{g.readNames, g.readAmbiguous, g.readTwinnings} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	g.indexPlaces()
	return g, nil
}

// Place returns the place of that id.
func (g *Gazetteer) Place(id string) (*Place, bool) {
	i, ok := g.byID[id]
	if !ok {
		return nil, false
	}
	return &g.places[i], true
}

// Places returns all places; the caller must not change them.
func (g *Gazetteer) Places() []*Place {
	all := make([]*Place, len(g.places))
	for i := range g.places {
		all[i] = &g.places[i]
	}
	return all
}

// Name returns what a place is called in a language; where that is not known, its French, English or Russian name.
func (g *Gazetteer) Name(p *Place, language string) string {
	for _, l := range [...]string{language, "fr", "en", "ru"} {
		if names := p.Names(l); len(names) > 0 {
			return names[0]
		}
	}
	return p.ID
}

// languages is how many languages names come in.
const languages = 3

func languageIndex(language string) (int, bool) {
	switch language {
	case "fr":
		return french, true
	case "ru":
		return russian, true
	case "en":
		return english, true
	}
	return 0, false
}

// Columns of names.
const (
	french = iota
	russian
	english
)

// indexPlaces makes every place findable by its names. Earlier places keep a name that two have: lands and regions before
// towns, larger towns before smaller ones.
func (g *Gazetteer) indexPlaces() {
	for i := range g.places {
		for language, cell := range g.places[i].cells {
			g.indexNames(int32(i), language, cell)
		}
	}
}

func (g *Gazetteer) indexNames(place int32, language int, cell string) {
	if cell == "" {
		return
	}
	p := &g.places[place]
	declines := p.Country != "FR" || p.Kind != City
	names, adjectives, _ := strings.Cut(cell, "~")
	for name := range strings.SplitSeq(names, "|") {
		g.trie.add(name, meaning{place: place + 1}, language == russian, declines)
	}
	if adjectives == "" {
		return
	}
	for adjective := range strings.SplitSeq(adjectives, ",") {
		g.trie.add(adjective, meaning{place: place + 1, adjective: true}, language == russian, true)
	}
}

// dataError says where the embedded data are broken.
func dataError(file string, line int, what string) error {
	return fmt.Errorf("gazetteer: data/%s.tsv, line %d: %s", file, line, what)
}

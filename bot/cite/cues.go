package cite

import (
	"embed"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"passerelle/retrieval/analysis"
)

//go:embed force/*.txt
var cueFiles embed.FS

// cues are the files of force by language; never changed.
var cues = map[string]*cueTable{"fr": mustReadCues("fr"), "ru": mustReadCues("ru"), "en": mustReadCues("en")}

// cueKind is a section of a file of cues. force/fr.txt explains them.
type cueKind int

const (
	cueNegates cueKind = iota
	cueStops
	cueDenies
	cuePlan
	cueRumour
	cueOpen
	cuePast
	cueSays
	cueAside
	cueVoice
	cueNow
	cueKinds // how many there are
)

var cueSections = map[string]cueKind{
	"negates": cueNegates, "stops": cueStops, "denies": cueDenies, "plan": cuePlan, "rumour": cueRumour, "open": cueOpen, "past": cuePast,
	"says": cueSays, "aside": cueAside, "voice": cueVoice, "now": cueNow,
}

// cueTable is the patterns of one language, those of a section in the order of its file.
type cueTable struct {
	patterns []cuePattern
	// The patterns that may begin at a word: by that word, by its first letter, by its last letter, or anywhere.
	byWord         map[string][]int
	byHead, byTail map[rune][]int
	byCapital      []int
}

type cuePattern struct {
	kind        cueKind
	nothing     bool // the words mean nothing of the kind
	atBeginning bool // of a clause
	elements    []cueElement
}

// cueElement is a word of a pattern, after a gap of at most so many words.
type cueElement struct {
	gap     int
	words   map[string]bool
	heads   []string
	tails   []string
	capital bool
	number  bool
}

// mustReadCues panics on a broken file: it is a part of the program, read once when the program begins.
func mustReadCues(language string) *cueTable {
	name := "force/" + language + ".txt"
	file, err := cueFiles.ReadFile(name)
	if err != nil {
		panic(err)
	}
	t, err := readCues(string(file))
	if err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	return t
}

func readCues(file string) (*cueTable, error) {
	t := &cueTable{byWord: map[string][]int{}, byHead: map[rune][]int{}, byTail: map[rune][]int{}}
	kind, known := cueKinds, false
	for i, line := range strings.Split(file, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
			continue
		case line[0] == '[':
			if kind, known = cueSections[strings.Trim(line, "[]")]; !known {
				return nil, fmt.Errorf("line %d: no section is called %s", i+1, line)
			}
			continue
		case !known:
			return nil, fmt.Errorf("line %d: a pattern before the first section", i+1)
		}
		p, err := readPattern(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		p.kind = kind
		t.add(p)
	}
	return t, nil
}

func readPattern(line string) (cuePattern, error) {
	var p cuePattern
	gap := 0
	for i, field := range strings.Fields(line) {
		switch {
		case field == "!" && i == 0:
			p.nothing = true
		case field == "^" && len(p.elements) == 0:
			p.atBeginning = true
		case field[0] == '~':
			if _, err := fmt.Sscanf(field, "~%d", &gap); err != nil || gap < 0 {
				return p, fmt.Errorf("%q is no gap", field)
			}
		default:
			e := readElement(field)
			e.gap = gap
			gap = 0
			p.elements = append(p.elements, e)
		}
	}
	if len(p.elements) == 0 {
		return p, fmt.Errorf("%q has no word", line)
	}
	return p, nil
}

func readElement(field string) cueElement {
	e := cueElement{words: map[string]bool{}}
	for _, w := range strings.Split(field, "|") {
		switch {
		case w == "@":
			e.capital = true
		case w == "#":
			e.number = true
		case strings.HasPrefix(w, "*"):
			e.tails = append(e.tails, w[1:])
		case strings.HasSuffix(w, "*"):
			e.heads = append(e.heads, w[:len(w)-1])
		default:
			e.words[w] = true
		}
	}
	return e
}

// add enters a pattern under all that its first word may be.
func (t *cueTable) add(p cuePattern) {
	at := len(t.patterns)
	t.patterns = append(t.patterns, p)
	first := p.elements[0]
	for w := range first.words {
		t.byWord[w] = append(t.byWord[w], at)
	}
	enter := func(m map[rune][]int, r rune) {
		if n := len(m[r]); n == 0 || m[r][n-1] != at {
			m[r] = append(m[r], at)
		}
	}
	for _, h := range first.heads {
		r, _ := utf8.DecodeRuneInString(h)
		enter(t.byHead, r)
	}
	for _, s := range first.tails {
		r, _ := utf8.DecodeLastRuneInString(s)
		enter(t.byTail, r)
	}
	if first.capital {
		t.byCapital = append(t.byCapital, at)
	}
}

// fits tells that a word is what a pattern wants there.
func (e *cueElement) fits(w *cueWord) bool {
	if e.words[w.form] || e.capital && w.capital || e.number && unicode.IsDigit(rune(w.form[0])) {
		return true
	}
	for _, h := range e.heads {
		if strings.HasPrefix(w.form, h) {
			return true
		}
	}
	if w.capital && !w.first {
		return false // a name only ends like a verb
	}
	for _, s := range e.tails {
		if len(w.form) > len(s) && strings.HasSuffix(w.form, s) {
			return true
		}
	}
	return false
}

// cueHit is a place where a pattern fits: words[From:To] of a reading. Gaps are inside.
type cueHit struct{ From, To int }

// find marks all cues of a text.
func (t *cueTable) find(r *reading) {
	var taken [cueKinds]int // up to which word a section's last hit reached with words of its own
	for i := range r.words {
		w := &r.words[i]
		var best [cueKinds]int // pattern + 1
		var reach [cueKinds]int
		try := func(list []int) {
			for _, at := range list {
				p := &t.patterns[at]
				if i < taken[p.kind] || best[p.kind] > 0 && best[p.kind] <= at+1 {
					continue
				}
				if to := p.match(r.words, i); to > 0 {
					best[p.kind], reach[p.kind] = at+1, to
				}
			}
		}
		try(t.byWord[w.form])
		head, _ := utf8.DecodeRuneInString(w.form)
		tail, _ := utf8.DecodeLastRuneInString(w.form)
		try(t.byHead[head])
		try(t.byTail[tail])
		if w.capital {
			try(t.byCapital)
		}
		for kind, at := range best {
			if at == 0 {
				continue
			}
			if taken[kind] = reach[kind]; !t.patterns[at-1].nothing {
				r.hits[kind] = append(r.hits[kind], cueHit{i, reach[kind]})
			}
		}
	}
}

// match returns the end of the pattern that begins at word i; 0 where it does not.
func (p *cuePattern) match(words []cueWord, i int) int {
	if p.atBeginning && i > 0 && words[i-1].clause == words[i].clause || !p.elements[0].fits(&words[i]) {
		return 0
	}
	at := i + 1
	for k := 1; k < len(p.elements); k++ {
		e := &p.elements[k]
		found := false
		for j := at; j <= at+e.gap && j < len(words) && words[j].stretch == words[i].stretch; j++ {
			if e.fits(&words[j]) {
				at, found = j+1, true
				break
			}
		}
		if !found {
			return 0
		}
	}
	return at
}

// reading is a text cut into words, with the cues that were found in it.
type reading struct {
	text     string
	language string
	words    []cueWord
	hits     [cueKinds][]cueHit
}

// cueWord is a word, or a number in digits, as the patterns see it.
type cueWord struct {
	Start, End int // bytes
	form       string
	stem       string // "" for a word that says nothing of a subject
	capital    bool
	first      bool // it begins a sentence
	// Counted from 0: the clause, between any two marks or conjunctions of contrast; the stretch, between any two marks;
	// the part, between semicolons and full stops.
	clause, stretch, part int
}

func read(text string) *reading {
	r := &reading{text: text, language: analysis.DetectLanguage(text)}
	r.cut()
	r.stems()
	cues[r.language].find(r)
	return r
}

// contrasts are conjunctions after which something else is said.
var contrasts = map[string]bool{"mais": true, "but": true, "но": true, "а": true, "tandis": true, "while": true, "whereas": true, "alors": true, "зато": true, "хотя": true}

// cut finds the words: "n’ont pas" is n' + ont + pas, "didn’t" did + n't.
func (r *reading) cut() {
	clause, stretch, part := 0, 0, 0
	first := true
	start, skip := -1, 0
	end := func(to int) {
		if start < 0 {
			return
		}
		w := cueWord{Start: start, End: to, form: cueForm(r.text[start:to]), first: first, clause: clause, stretch: stretch, part: part}
		c, _ := utf8.DecodeRuneInString(r.text[start:])
		w.capital = unicode.IsUpper(c)
		start, first = -1, false
		if contrasts[w.form] {
			clause++
			w.clause = clause
		}
		r.words = append(r.words, w)
	}
	var size int
	for i := 0; i < len(r.text); i += size {
		var c rune
		c, size = utf8.DecodeRuneInString(r.text[i:])
		switch {
		case i < skip:
		case unicode.IsLetter(c) || unicode.IsMark(c) || unicode.IsDigit(c) || unicode.Is(unicode.Cf, c) && start >= 0:
			if start < 0 {
				start = i
			}
		case c == '\'' || c == '’' || c == 'ʼ':
			if start >= 0 {
				end(i)
				skip = r.elide(i + size)
			}
		default:
			end(i)
			next, _ := utf8.DecodeRuneInString(r.text[i+size:])
			if strings.ContainsRune(",.:", c) && unicode.IsDigit(next) && i > 0 && unicode.IsDigit(rune(r.text[i-1])) {
				continue
			}
			if c == '.' && len(r.words) > 0 && r.words[len(r.words)-1].abbreviates() && i+1 < len(r.text) {
				continue
			}
			if strings.ContainsRune(",;:()—–.!?…\n", c) {
				clause, stretch = clause+1, stretch+1
			}
			if strings.ContainsRune(";.!?…\n", c) {
				part++
			}
			first = first || strings.ContainsRune(".!?…:«“\"\n", c)
		}
	}
	end(len(r.text))
}

// abbreviates tells a word whose full stop ends no sentence: "M.", "г."
func (w *cueWord) abbreviates() bool { return utf8.RuneCountInString(w.form) < minLettersBeforeStop }

// elide gives the last word, which ends before an apostrophe, its mark, or makes what follows from there a word of its
// own: "didn’t", "he’ll". It returns where the text goes on.
func (r *reading) elide(rest int) int {
	w := &r.words[len(r.words)-1]
	for _, short := range []struct{ letters, before, form string }{{"t", "n", "n't"}, {"ll", "", "'ll"}, {"d", "", "'d"}} {
		after := strings.TrimPrefix(r.text[rest:], short.letters)
		next, _ := utf8.DecodeRuneInString(after)
		if len(after) == len(r.text)-rest || after != "" && isWordRune(next) || !strings.HasSuffix(w.form, short.before) {
			continue
		}
		w.form = strings.TrimSuffix(w.form, short.before)
		second := *w
		second.form = short.form
		r.words = append(r.words, second)
		return rest + len(short.letters)
	}
	w.form += "'"
	return rest
}

// cueForm is a word as the patterns write it: lower case, composed, ё as е, without characters that nobody sees.
func cueForm(s string) string {
	s = strings.ToLower(s)
	if strings.ContainsFunc(s, func(r rune) bool { return r == 'ё' || unicode.IsMark(r) || unicode.Is(unicode.Cf, r) }) {
		s = strings.ReplaceAll(norm.NFC.String(strings.Map(seen, s)), "ё", "е")
	}
	return s
}

func seen(r rune) rune {
	if unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

package local

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"passerelle/internal/tsvtest"
	"passerelle/retrieval"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/ingest"
	"passerelle/seeds"
)

var fit = flag.Bool("fit", false, "learn answerable.json again, and write it")

// The judges are learned by logistic regression from the questions of testdata in three languages, each of which the seeds
// answer or do not. Classes count alike, whatever their sizes. A judge's bias in a language is then set so that onlyRelated
// of the answerable questions falls below 0, where they are judged by what was learned from the others, and its scale so
// that refused of them falls below -refusedAt, where answer.Extractive refuses.
const (
	onlyRelated = .18
	refused     = .03
	refusedAt   = .9
	// ridge is the weight of L2 on standardised signals, in examples; ten times more or less moves no figure by more
	// than two questions of a hundred.
	ridge = .3
	folds = 5
)

// TestFit learns the judges. With -fit it writes what it learned, Large with Stated in a minute, Words after them in half
// of one, Small in three:
//
//	go test ./retrieval/local -run TestFit/Large -fit -v
//
// All questions were seen while the signals were made; figures of folds that a judge was not learned from are printed.
func TestFit(t *testing.T) {
	if !*fit {
		t.Skip("learns and writes only with -fit")
	}
	lessons := readLessons(t)
	documents, err := ingest.Load(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	places, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	options := Options{Name: "seeds", Documents: documents, Vectors: seeds.Vectors(), Places: places, Wait: true}
	t.Run("Large", func(t *testing.T) {
		lessons := study(t, options, lessons)
		rewriteJudges(t, func(js *judges) {
			js.Stated = learnStated(lessons)
			js.Large = learnJudge(t, lessons, js.Stated)
		})
	})
	t.Run("Words", func(t *testing.T) {
		options := options
		options.Vectors, options.Wait, options.Idle = nil, false, true
		lessons := study(t, options, lessons)
		rewriteJudges(t, func(js *judges) { js.Words = learnJudge(t, lessons, js.Stated) })
	})
	t.Run("Small", func(t *testing.T) {
		lessons := drawings(t, options, lessons)
		rewriteJudges(t, func(js *judges) {
			js.Small = learnJudge(t, lessons, js.Stated, signalMedianCosine, signalOverMedian, signalBestWords, signalWordsMargin,
				signalTopShare, signalMargin2, signalMargin10, signalYearMissing, signalTypeFound)
		})
	})
}

func rewriteJudges(t *testing.T, change func(*judges)) {
	t.Helper()
	const name = "answerable.json"
	old, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	js, err := readJudges(old)
	if err != nil {
		t.Logf("%v: it is made anew", err)
	}
	change(&js)
	var file bytes.Buffer
	encoder := json.NewEncoder(&file)
	encoder.SetIndent("", "\t")
	if err := encoder.Encode(js); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, file.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// lesson is a question in one language, and what was found for it.
type lesson struct {
	set, kind, language, text string
	gold                      []string // documents that answer; none for a question that the seeds do not answer
	sentence                  string
	fold                      int
	signals
	reading
	states []bool // which of the sentences read is the one that answers
}

func (l lesson) answerable() bool { return len(l.gold) > 0 }

func readLessons(t *testing.T) (out []lesson) {
	t.Helper()
	for _, set := range []string{"questions-dev.tsv", "questions-own.tsv", "unanswerable-dev.tsv", "unanswerable-own.tsv"} {
		for _, row := range tsvtest.Read(t, filepath.Join("testdata", set), "fr", "ru", "en") {
			h := fnv.New32a()
			_, _ = h.Write([]byte(row["gold"] + row["kind"] + row["fr"])) // a hash takes every write
			for _, language := range []string{"fr", "ru", "en"} {
				l := lesson{set: set, kind: row["kind"], language: language, text: row[language], sentence: row["sentence"], fold: int(h.Sum32() % folds)}
				if row["gold"] != "" {
					l.gold = strings.Split(row["gold"], ",")
				}
				out = append(out, l)
			}
		}
	}
	return out
}

// study searches for what is asked in each lesson.
func study(t *testing.T, o Options, lessons []lesson) []lesson {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	const read = 2 * statedRead // to see more sentences that do not answer
	out := slices.Clone(lessons)
	for i := range out {
		l := &out[i]
		f, err := s.current.rank(t.Context(), complete(retrieval.Query{Text: l.text, Language: l.language}))
		if err != nil {
			t.Fatal(err)
		}
		if l.signals, _, err = s.current.measure(t.Context(), f); err != nil {
			t.Fatal(err)
		}
		if l.reading, err = s.current.read(t.Context(), f, read); err != nil {
			t.Fatal(err)
		}
		l.states = nil
		for _, n := range f.order[:len(l.statements)] {
			l.states = append(l.states, l.sentence != "" && s.current.corpus.text(s.current.corpus.sentences[n]) == l.sentence)
		}
	}
	return out
}

// drawings are lessons over 50 drawings of 1 to 80 documents, with at most 40 questions that these answer and twice as many
// that they do not.
func drawings(t *testing.T, o Options, lessons []lesson) (out []lesson) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 50 {
		drawn := slices.Clone(o.Documents)
		random.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
		drawn = drawn[:1+random.IntN(80)]
		ids := map[string]bool{}
		for _, d := range drawn {
			ids[d.ID] = true
		}
		var answered, others []lesson
		for _, l := range lessons {
			if slices.ContainsFunc(l.gold, func(id string) bool { return ids[id] }) {
				answered = append(answered, l)
			} else {
				l.gold, l.sentence, l.kind = nil, "", "other"
				others = append(others, l)
			}
		}
		random.Shuffle(len(answered), func(i, j int) { answered[i], answered[j] = answered[j], answered[i] })
		random.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
		answered = answered[:min(len(answered), 40)]
		chosen := append(answered, others[:min(len(others), max(6, 2*len(answered)))]...)
		o := o
		o.Documents = drawn
		for i := range chosen {
			chosen[i].set, chosen[i].fold = "drawings", n%folds
		}
		out = append(out, study(t, o, chosen)...)
	}
	return out
}

// learnStated learns to tell the sentence that answers from others that the same search finds.
func learnStated(lessons []lesson) judge {
	var r regression
	for _, l := range lessons {
		for i, x := range l.statements {
			if l.answerable() || i < statedRead {
				r.add(x[:], l.states[i], 1)
			}
		}
	}
	j := r.solve([]string{"Cover", "Reverse", "Head", "Holds", "Bound", "Names", "Opening", "Gain"})
	j.Bias = map[string]float64{}
	return j
}

// learnJudge learns to tell questions that are answered from others. An answerable question whose answer is not among the
// sentences that would be shown counts for less: there is little to be found in what was found.
//
// Signals that are not used weigh nothing.
func learnJudge(t *testing.T, lessons []lesson, stated judge, unused ...int) judge {
	t.Helper()
	for i := range lessons {
		l := &lessons[i]
		l.signals[signalStated] = stated.best(l.statements[:min(statedRead, len(l.statements))], l.language)
	}
	learn := func(without int) judge {
		var r regression
		for _, l := range lessons {
			if l.fold == without {
				continue
			}
			weight := 1.
			if l.answerable() && !slices.Contains(l.states[:min(statedRead, len(l.states))], true) {
				weight = .3
			}
			x := slices.Clone(l.signals[:])
			for _, i := range unused {
				x[i] = 0
			}
			r.add(append(x, is(l.language == "ru"), is(l.language == "en")), l.answerable(), weight)
		}
		j := r.solve(append(strings.Fields(`MedianCosine BestTitled OverMedian BestWords WordsMargin TopShare Margin2 Margin10
			UnknownWords UnknownNames NamesTogether NamesTop YearMissing CoverPassage CoverSentence WorstWord TypeFound Stated`), "ru", "en"))
		return foldLanguages(j)
	}
	judged := make([]float64, len(lessons))
	for fold := range folds {
		j := learn(fold)
		for i, l := range lessons {
			if l.fold == fold {
				judged[i] = j.logit(l.signals[:], l.language)
			}
		}
	}
	j := learn(-1)
	j.Scale = map[string]float64{}
	for _, language := range []string{"fr", "ru", "en"} {
		var own []float64
		for i, l := range lessons {
			if l.language == language && l.answerable() {
				own = append(own, judged[i])
			}
		}
		slices.Sort(own)
		at, below := own[int(onlyRelated*float64(len(own)))], own[int(refused*float64(len(own)))]
		scale := round(refusedAt / (at - below))
		j.Bias[language], j.Scale[language] = round(j.Bias[language]-at), scale
		for i, l := range lessons {
			if l.language == language {
				judged[i] = scale * (judged[i] - at)
			}
		}
	}
	report(t, lessons, judged)
	return j
}

func is(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// foldLanguages makes biases of the two signals that tell the language.
func foldLanguages(j judge) judge {
	bias := j.Bias[""]
	n := len(j.Signals) - 2
	for i, language := range []string{"ru", "en"} {
		s := j.Signals[n+i]
		j.Bias[language] = bias + s.W*(1-s.Mean)/s.Deviation - j.Signals[n+1-i].W*j.Signals[n+1-i].Mean/j.Signals[n+1-i].Deviation
	}
	j.Bias["fr"] = bias - j.Signals[n].W*j.Signals[n].Mean/j.Signals[n].Deviation - j.Signals[n+1].W*j.Signals[n+1].Mean/j.Signals[n+1].Deviation
	delete(j.Bias, "")
	j.Signals = j.Signals[:n]
	return j
}

// report prints what becomes of the questions of each set and language.
func report(t *testing.T, lessons []lesson, judged []float64) {
	t.Helper()
	type key struct{ set, language, kind string }
	all, above, below := map[key]int{}, map[key]int{}, map[key]int{}
	for i, l := range lessons {
		k := key{l.set, l.language, l.kind}
		all[k]++
		if judged[i] >= 0 {
			above[k]++
		}
		if judged[i] < -refusedAt {
			below[k]++
		}
	}
	var lines []string
	for k := range all {
		lines = append(lines, fmt.Sprintf("%-22s %s %-7s %3d  answered %.2f  refused %.2f", k.set, k.language, k.kind, all[k], share(float64(above[k]), float64(all[k]), 0), share(float64(below[k]), float64(all[k]), 0)))
	}
	slices.Sort(lines)
	t.Logf("by judges that did not see the question:\n%s", strings.Join(lines, "\n"))
}

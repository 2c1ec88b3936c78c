package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"passerelle/bot/cite/measure"
	"passerelle/retrieval"
	"passerelle/retrieval/gazetteer"
)

type proofFlags struct {
	Proof        bool     `help:"Measure the proof instead: claims built from the corpus, wrong and true, and how many of each are told for what they are."`
	Set          []string `help:"With --proof: claims labelled by hand in place of those built; a tab-separated file with columns doc, quote, lang, claim, label, kind." placeholder:"FILE"`
	Translations []string `help:"With --proof: sentences of the corpus translated by hand, beside those of the embedded articles; tab-separated: document, quote, language, translation." placeholder:"FILE"`
	JSON         bool     `name:"json" help:"With --proof: one JSON object instead of the table."`
}

func (f *proofFlags) check(files int) error {
	switch {
	case !f.Proof && (len(f.Set) > 0 || len(f.Translations) > 0 || f.JSON):
		return errors.New("--set, --translations and --json belong to --proof")
	case f.Proof && files > 0:
		return errors.New("--proof reads no questions; give claims labelled by hand with --set")
	}
	return nil
}

// measureProof prints how many wrong claims are blocked and true ones kept.
func (f *proofFlags) measureProof(p *program, misses bool) error {
	settings, err := p.settings()
	if err != nil {
		return err
	}
	documents, _, err := corpus(settings)
	if err != nil {
		return err
	}
	places, err := gazetteer.Load()
	if err != nil {
		return err
	}
	gates, err := newGates(settings.Proof, places)
	if err != nil {
		return err
	}
	samples, err := f.samples(documents, places)
	if err != nil {
		return err
	}
	var each func(measure.Result)
	if misses {
		each = func(r measure.Result) { nameMiss(p.err, r) }
	}
	report, err := measure.Run(p.ctx, samples, gates, each)
	if err != nil {
		return err
	}
	if f.JSON {
		return p.encoder().Object(report)
	}
	return report.Print(p.out)
}

func (f *proofFlags) samples(documents []*retrieval.Document, places *gazetteer.Gazetteer) (samples []measure.Sample, err error) {
	byID := make(map[string]*retrieval.Document, len(documents))
	for _, d := range documents {
		byID[d.ID] = d
	}
	for _, name := range f.Set {
		err := readFile(name, func(r io.Reader) error {
			some, err := measure.ReadLabelled(r, func(id string) (*retrieval.Document, bool) { d, ok := byID[id]; return d, ok })
			samples = append(samples, some...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if len(f.Set) > 0 {
		return samples, nil
	}
	translations, err := measure.SeedTranslations()
	if err != nil {
		return nil, err
	}
	for _, name := range f.Translations {
		err := readFile(name, func(r io.Reader) error {
			some, err := measure.ReadTranslations(r)
			translations = append(translations, some...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return measure.Build(measure.Corpus{Documents: documents, Places: places, Translations: translations}, measure.Options{}), nil
}

// nameMiss tells of a claim that the proof is wrong about.
func nameMiss(out io.Writer, r measure.Result) {
	if r.Right() {
		return
	}
	word := "passed"
	if !r.Wrong() {
		word = "lost"
	}
	var why []string
	for _, c := range r.Proof.Failed() {
		why = append(why, c.Name+": "+c.Why)
	}
	e := r.Claim.Evidence[0]
	fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s: %s\t%s\n", word, r.Kind, r.Language, r.Claim.Text, r.Sources[0].Document.ID, e.Quote, strings.Join(why, "; "))
}

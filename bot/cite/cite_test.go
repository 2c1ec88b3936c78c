package cite_test

import (
	"slices"
	"strings"
	"testing"

	"passerelle/bot/cite"
	"passerelle/retrieval"
)

const irkoutsk = "La région d’Irkoutsk est allée chercher des partenaires à Paris et à Lyon, du 26 au 29 novembre 2018, et y a eu plus de vingt rendez-vous. " +
	"« Nous sommes prêts », a dit le gouverneur Sergueï Levtchenko : 1 500 hectares, 2,5 millions d’euros et 40 à 50 % des parts. À Lyon, la CCI France Russie l’a reçu."

func TestFind(t *testing.T) {
	tests := []struct {
		name, text, quote, want string // want "" when the quote does not stand there
	}{
		{"byte for byte", irkoutsk, "est allée chercher des partenaires", "est allée chercher des partenaires"},
		{"apostrophe", irkoutsk, "La région d'Irkoutsk est allée", "La région d’Irkoutsk est allée"},
		{"white space", "un  accord\nde coopération\u00a0!", "un accord de coopération!", "un  accord\nde coopération\u00a0!"},
		{"guillemets and the spaces inside them", irkoutsk, `"Nous sommes prêts", a dit`, "« Nous sommes prêts », a dit"},
		{"dashes", "de 26–29 novembre — à Lyon", "26-29 novembre - à Lyon", "26–29 novembre — à Lyon"},
		{"decomposed source", "une de\u0301le\u0301gation re\u0301gionale", "une délégation régionale", "une de\u0301le\u0301gation re\u0301gionale"},
		{"decomposed quote", "une délégation régionale", "une de\u0301le\u0301gation re\u0301gionale", "une délégation régionale"},
		{"soft hyphens and zero-width marks", "la coopé\u00adration\u200b décentralisée", "la coopération décentralisée", "la coopé\u00adration\u200b décentralisée"},
		{"quotation marks around the quote", irkoutsk, "« est allée chercher des partenaires »", "est allée chercher des partenaires"},
		{"dots of omission around the quote", irkoutsk, "… chercher des partenaires à Paris...", "chercher des partenaires à Paris"},
		{"a full stop of its own", irkoutsk, "chercher des partenaires à Paris.", "chercher des partenaires à Paris"},
		{"escaped as XML", "Thomas & Vendôme ont signé", "Thomas &amp; Vendôme ont signé", "Thomas & Vendôme ont signé"},
		{"the first whole place", "l’accordéon, puis l’accord de Lyon", "l’accord", "l’accord"},
		{"Cyrillic", "Делегация «Калуги» в 2018 году", `Делегация "Калуги" в 2018`, "Делегация «Калуги» в 2018"},

		{"an altered word", irkoutsk, "est allée chercher des investisseurs", ""},
		{"an altered number", irkoutsk, "du 26 au 28 novembre 2018", ""},
		{"stitched", irkoutsk, "La région d’Irkoutsk est allée à Lyon", ""},
		{"stitched with dots", irkoutsk, "La région d’Irkoutsk … à Lyon", ""},
		{"half a word", irkoutsk, "région d’Irkou", ""},
		{"the end of a word", irkoutsk, "gion d’Irkoutsk est allée", ""},
		{"the end of a number", irkoutsk, "500 hectares", ""},
		{"the beginning of a number", irkoutsk, "1", ""},
		{"a decimal cut off", irkoutsk, "5 millions d’euros", ""},
		{"an accent cut off", "a re\u0301", "a re", ""},
		{"a letter without its accent", irkoutsk, "est allee chercher", ""},
		{"other case", irkoutsk, "la région d’irkoutsk est allée", ""},
		{"nothing", irkoutsk, "", ""},
		{"white space only", irkoutsk, " \n ", ""},
		{"dots only", irkoutsk, "…", ""},
		{"a comma", irkoutsk, ",", ""},
		{"no text", "", "quelque chose", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			span, ok := cite.Find(tt.text, tt.quote)
			if got := tt.text[span.Start:span.End]; ok != (tt.want != "") || got != tt.want {
				t.Errorf("found %v %q, want %q", ok, got, tt.want)
			}
		})
	}
}

func FuzzFind(f *testing.F) {
	f.Add(irkoutsk, "La région d'Irkoutsk")
	f.Add("« a »\u00ad—e\u0301", "\"a\" - é")
	f.Add("\xff\u0300 1 500", "1 500")
	f.Add("가\u1100\u1161 ﬁn", "가가")
	f.Fuzz(func(t *testing.T, text, quote string) {
		span, ok := cite.Find(text, quote)
		if !ok {
			if span != (retrieval.Span{}) {
				t.Errorf("not found, and yet %v", span)
			}
			return
		}
		if span.Start < 0 || span.End <= span.Start || span.End > len(text) {
			t.Fatalf("span %v of %d bytes", span, len(text))
		}
		// What was found must be a quote of itself, and stand for the quote that found it.
		found := text[span.Start:span.End]
		if again, ok := cite.Find(found, found); !ok || found[again.Start:again.End] != found {
			t.Errorf("%q found in %q is not found in itself", found, text)
		}
		if _, ok := cite.Find(found, quote); !ok {
			t.Errorf("%q was found for %q, which does not stand in it", found, quote)
		}
	})
}

func TestProve(t *testing.T) {
	d := &retrieval.Document{ID: "irk", Title: "Irkoutsk en tournée, 3e étape", Date: dateOf(t, "2018-11-26/2018-11-29"), Text: "Préambule. " + irkoutsk}
	passage := &retrieval.Passage{ID: "irk#2", Document: "irk", Start: len("Préambule. "), End: len(d.Text), Text: irkoutsk}
	other := &retrieval.Document{ID: "kal", Title: "Kalouga", Text: "Le maire de Kalouga a reçu les élus de Montpellier dans le cadre de la visite."}
	prover := proverOf(t, cite.Gates{}, cite.Source{ID: "a1", Document: d, Passage: passage}, whole("b2", other))
	long := cite.Evidence{ID: "a1", Quote: "La région d'Irkoutsk est allée chercher des partenaires à Paris et à Lyon"}
	tests := []struct {
		name     string
		claim    string
		evidence []cite.Evidence
		failed   string // name of the check that fails, and part of why; "" when proven
		why      string
	}{
		{"proven", "La région a cherché des partenaires.", []cite.Evidence{long}, "", ""},
		{"two quotes", "La région a cherché des partenaires.", []cite.Evidence{long, {"b2", "Le maire de Kalouga a reçu"}}, "", ""},
		{"no evidence", "La région a cherché des partenaires.", nil, "evidence", "no quote"},
		{"no text", " ", []cite.Evidence{long}, "evidence", "says nothing"},
		{"unknown id", "La région a cherché.", []cite.Evidence{{"zz", long.Quote}}, "evidence", `"zz"`},
		{"another passage's id", "La région a cherché.", []cite.Evidence{{"b2", long.Quote}}, "", ""},
		{"in no passage", "La région a cherché.", []cite.Evidence{{"b2", "un accord secret a été signé"}}, "evidence", "does not stand in passage b2"},
		{"one quote of two invented", "La région a cherché.", []cite.Evidence{long, {"a1", "et un accord secret a été signé"}}, "evidence", "quote 2"},
		{"three words", "Il y a des partenaires.", []cite.Evidence{{"a1", "chercher des partenaires"}}, "evidence", "fewer than 4 words"},
		{"function words alone", "Poutine a vendu la fonderie.", []cite.Evidence{{"b2", "dans le cadre de la"}}, "evidence", "fewer than 2 words that say"},
		{"a whole name", "C’était Sergueï Levtchenko.", []cite.Evidence{{"a1", "Sergueï Levtchenko"}}, "", ""},
		{"half a name", "C’était Sergueï.", []cite.Evidence{{"a1", "Sergueï"}}, "evidence", "fewer than 4 words"},
		{"the other half", "C’était Levtchenko.", []cite.Evidence{{"a1", "Levtchenko"}}, "evidence", "fewer than 4 words"},
		{"a place after a preposition that begins a sentence", "À Lyon.", []cite.Evidence{{"a1", "Lyon"}}, "", ""},
		{"a date alone", "Le 29 novembre 2018.", []cite.Evidence{{"a1", "29 novembre 2018"}}, "", ""},
		{"a name that proves nothing", "Le gouverneur a démissionné après un scandale.", []cite.Evidence{{"a1", "Sergueï Levtchenko"}}, "evidence", "says more"},

		{"number in the quote", "Il s’agit de 1500 hectares.", []cite.Evidence{{"a1", "Sergueï Levtchenko : 1 500 hectares, 2,5 millions"}}, "", ""},
		{"English form", "It is 1,500 hectares and €2.5 million.", []cite.Evidence{{"a1", "Sergueï Levtchenko : 1 500 hectares, 2,5 millions d’euros"}}, "", ""},
		{"another number", "Il s’agit de 1 600 hectares.", []cite.Evidence{{"a1", "Sergueï Levtchenko : 1 500 hectares, 2,5 millions"}}, "numbers", "1 600"},
		{"another scale", "2,5 milliards d’euros", []cite.Evidence{{"a1", "Sergueï Levtchenko : 1 500 hectares, 2,5 millions d’euros"}}, "numbers", "2,5 milliards"},
		{"a number that only the passage has", "La région a eu 20 rendez-vous.", []cite.Evidence{long}, "numbers", "20"},
		{"a number in words in the quote", "More than 20 meetings.", []cite.Evidence{{"a1", "y a eu plus de vingt rendez-vous"}}, "", ""},
		{"range of per cents", "От 40 % до 50 %.", []cite.Evidence{{"a1", "d’euros et 40 à 50 % des parts"}}, "", ""},
		{"per cent of a plain number", "1 500 %", []cite.Evidence{{"a1", "Sergueï Levtchenko : 1 500 hectares, 2,5 millions"}}, "numbers", "1 500 %"},
		{"year of the document", "En 2018, la région a cherché des partenaires.", []cite.Evidence{long}, "", ""},
		{"day and month of the document", "27–29 ноября", []cite.Evidence{long}, "numbers", "27"},
		{"day, month and year of the document", "С 26 по 29 ноября 2018 года регион искал партнёров.", []cite.Evidence{long}, "", ""},
		{"English order", "November 26, 2018", []cite.Evidence{long}, "", ""},
		{"dotted", "26.11.2018", []cite.Evidence{long}, "", ""},
		{"another month", "Le 26 décembre 2018, la région cherchait.", []cite.Evidence{long}, "numbers", "décembre"},
		{"another year", "En 2017, la région cherchait.", []cite.Evidence{long}, "numbers", "2017"},
		{"number of the title", "It was stage 3.", []cite.Evidence{long}, "", ""},
		{"a day from the title with the date's month", "Le 3 novembre", []cite.Evidence{long}, "numbers", "3"},
		{"may is no month", "It may rain in Lyon.", []cite.Evidence{long}, "", ""},
		{"May is one", "In May the region looked for partners.", []cite.Evidence{long}, "numbers", "May"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			proof := prover.Prove(cite.Claim{Text: tt.claim, Evidence: tt.evidence})
			if proof.Proven() != (tt.failed == "") {
				t.Fatalf("proven %v: %+v", proof.Proven(), proof.Checks)
			}
			var made []string
			for _, c := range proof.Checks {
				made = append(made, c.Name)
			}
			if want := []string{cite.CheckEvidence, cite.CheckNumbers, cite.CheckNegation}; !slices.Equal(made, want) {
				t.Errorf("checks %v, want %v", made, want)
			}
			for _, c := range proof.Checks {
				if c.OK != (c.Why == "") {
					t.Errorf("check %+v", c)
				}
				if c.Name == tt.failed && (c.OK || !strings.Contains(c.Why, tt.why)) {
					t.Errorf("check %+v, want why with %q", c, tt.why)
				}
			}
		})
	}
}

func TestProofShowsTheSourcesBytes(t *testing.T) {
	text := "Avant. «\u00a0L’accord\u00a0» de coo\u00adpération a été signé à Lyon."
	d := &retrieval.Document{ID: "d", Text: text}
	start := strings.Index(text, "«")
	p := &retrieval.Passage{ID: "d#2", Document: "d", Start: start, End: len(text), Text: text[start:]}
	prover := proverOf(t, cite.Gates{}, cite.Source{ID: "x", Document: d, Passage: p})
	quote := cite.Evidence{ID: "x", Quote: `L'accord" de coopération a été signé`}
	proof := prover.Prove(cite.Claim{Text: "L’accord est signé.", Evidence: []cite.Evidence{quote, quote}})
	if !proof.Proven() || len(proof.Quotes) != 1 {
		t.Fatalf("%+v", proof)
	}
	q := proof.Quotes[0]
	if want := "L’accord\u00a0» de coo\u00adpération a été signé"; q.Text() != want || text[q.Start:q.End] != want || q.Passage != p {
		t.Errorf("quote %q, want %q", q.Text(), want)
	}
}

func TestNothingIsProvenByDefault(t *testing.T) {
	if (cite.Proof{}).Proven() {
		t.Error("a proof without checks is proven")
	}
	if (cite.Proof{Checks: []cite.Check{{Name: cite.CheckEvidence, OK: true}}}).Proven() {
		t.Error("a proof without quotes is proven")
	}
}

func TestNewRefusesFalseOffsets(t *testing.T) {
	d := &retrieval.Document{ID: "d", Text: "Un texte."}
	good := wholePassage(d)
	tests := []struct {
		name    string
		sources []cite.Source
		want    string
	}{
		{"no document", []cite.Source{{ID: "a", Passage: good}}, "missing"},
		{"no passage", []cite.Source{{ID: "a", Document: d}}, "missing"},
		{"same id twice", []cite.Source{{"a", d, good}, {"a", d, good}}, "twice"},
		{"past the end", []cite.Source{{"a", d, &retrieval.Passage{ID: "d#1", End: 99, Text: "Un texte."}}}, "d#1 is not bytes 0 to 99"},
		{"negative", []cite.Source{{"a", d, &retrieval.Passage{ID: "d#1", Start: -1, End: 3}}}, "d#1"},
		{"another text", []cite.Source{{"a", d, &retrieval.Passage{ID: "d#1", End: 2, Text: "La"}}}, "d#1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if p, err := cite.New(tt.sources, cite.Gates{}); p != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// FuzzNumbers looks for a text whose own numbers it does not prove.
func FuzzNumbers(f *testing.F) {
	for _, seed := range []string{irkoutsk, "26.11.2018, 1,234.56 et 1.2.3", "€2.5m, XIXe siècle, années 90", "quatre-vingt-dix-sept mille cent", "с 26 по 29 ноября, 45 тыс.", "7\u00a0%", "CO2 G20 2013-14", "½ ٣٠٠ Ⅻ 300m2 2018-11-26 11/26/2018", "deux tiers, two and a half million, dix pour cent", "November 26 and 29, le 3 avril, 28 en mai"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		proof := proofOf(t, text, text, text)
		if proof.Checks[0].OK && len(proof.Quotes) == 1 && proof.Quotes[0].Text() == text && !proof.Checks[1].OK {
			t.Errorf("%q does not prove its own numbers: %s", text, proof.Checks[1].Why)
		}
	})
}

func BenchmarkProve(b *testing.B) {
	d := &retrieval.Document{ID: "d", Title: "Irkoutsk", Text: irkoutsk}
	p := proverOf(b, cite.Gates{}, whole("p", d))
	c := cite.Claim{
		Text:     "С 26 по 29 ноября 2018 года делегация Иркутской области побывала в Париже и Лионе, прошло более двадцати встреч.",
		Evidence: []cite.Evidence{{ID: "p", Quote: "partenaires à Paris et à Lyon, du 26 au 29 novembre 2018, et y a eu plus de vingt rendez-vous"}},
	}
	if proof := p.Prove(c); !proof.Proven() {
		b.Fatal(proof.Failed())
	}
	for b.Loop() {
		p.Prove(c)
	}
}

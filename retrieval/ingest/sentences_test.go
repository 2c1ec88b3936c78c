package ingest_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"passerelle/retrieval"
	"passerelle/retrieval/ingest"
)

// A bar stands where one sentence ends and the next begins.
func TestSentences(t *testing.T) {
	for name, marked := range map[string]string{
		"none":                         "",
		"only space":                   " \n\t\n ",
		"plain":                        "Il pleut. |Elle part ! |Où ? |Là",
		"title":                        "M. Levtchenko et Mme Silvina ont vu le Dr. Blanc et MM. Dupont et Roux. |Ils sont partis.",
		"title before an article name": "Le ministre, M. Le Drian, est venu. |Le sénateur aussi.",
		"saint":                        "Saint-Pétersbourg, St. Petersburg in English, est une ville. |Ste. Geneviève aussi.",
		"initials":                     "Une rue porte le nom d’A. S. Pouchkine et de J.-P. Thomas. |Une autre non.",
		"initials in Russian":          "Улица названа в честь А. С. Пушкина и Ю. Гагарина. |Другая нет.",
		"initials, no spaces":          "Музей А.С. Пушкина открыт. |Вход свободный.",
		"letter that ends":             "On passe au plan B. |Personne ne proteste.",
		"letter before a starter":      "Le train part du quai A. |Il est plein.",
		"points inside":                "The U.S. Embassy paid 3.5 million to lyon.fr. |It was 10.30 a.m. then.",
		"for example":                  "Des villes, p. ex. Lyon, sont jumelées, cf. Annexe 2. |D’autres non.",
		"etc within":                   "Le bois, le gaz, etc. sont vendus. |Le reste aussi.",
		"etc at the end":               "On vend du bois, du gaz, etc. |Le reste suit.",
		"article number":               "Voir l’art. 5 et la p. 12 du vol. III. |Rien d’autre.",
		"era":                          "Le site date de 50 av. J.-C. |Il est fouillé.",
		"Russian abbreviations":        "Он живёт в г. Москве на ул. Ленина, д. 5, и читает газеты, журналы и т. д. |Она нет.",
		"and so on":                    "Бумага, лес и т.п. |Москва покупает и др. |Лион продаёт.",
		"named after":                  "Школа им. В. И. Вернадского открыта. |Дети рады.",
		"year ends":                    "Делегация приехала во Францию в 2018 г. |Москва её ждала.",
		"year goes on":                 "В 2018 г. Москва и Лион подписали договор. |В XX в. Париж был другим.",
		"year before a starter":        "Это было в 2018 г. |Он помнит.",
		"number sign":                  "Школа № 5. |Она новая.",
		"ordinals":                     "Le XIXe siècle et le 3e forum. |Le 21. |On verra.",
		"ends in a year":               "Ils sont venus en 2018. |12 rencontres ont suivi.",
		"ellipsis":                     "On cherche des clients… |Et un ambassadeur… ou deux. |Puis...  |Rien.",
		"left out":                     "Il dit […] Que veut-il ? |… Lui-même (…) Non.",
		"guillemets":                   "« Où allons-nous ? » demande-t-il. |« À Lyon ! » |Le maire rit.",
		"guillemets, then a comma":     "« Bravo ! », dit le maire. |Il part.",
		"stop after a guillemet":       "Il parle d’une « ville sœur ». |Elle aussi.",
		"long quotation":               "Elle explique : « Les jumelages anciens ont été faits avec intelligence. |On voulait des villes qui avaient le même potentiel universitaire, intellectuel et économique, et dont la structure ressemble à la nôtre ».",
		"name with a stop":             "Deux expositions : « Icônes de l’art moderne. La collection Chtchoukine » et « Pierre le Grand ». |Rien d’autre.",
		"no-break space":               "« Où\u202f? »\u00a0dit-il. |« Là\u00a0! »\u00a0|Puis rien.",
		"two sentences, not a name":    "Il dit : « On a répondu. |Ce n’est pas assez ». |Puis rien.",
		"letter before an elision":     "On étudie la protéine S. |D’après eux, c’est elle.",
		"figure":                       "As shown in Fig. 1 and (рис. 2), it grows. |See Fig. 3.",
		"English quotes":               "“Is it far?” he asked. |“No.” |They left.",
		"Russian quotes":               "Он сказал: «Пора!» |Все ушли. |«Куда?» — спросил он.",
		"brackets":                     "Il est venu (voir p. 5). |(Elle non.) |Tant pis.",
		"note mark":                    "C’est dit.[12] |C’est fait.¹ |Bien.",
		"dialogue in a line":           "— Куда? — спросил он. |— Домой.",
		"dialogue in lines":            "— Où vas-tu ?\n|— À Lyon.\n|— Bien",
		"dash in a wrapped line":       "Le maire de Lyon\n– un ami de Moscou –\nest venu. |Il part.",
		"marks":                        "Quoi ?! |Non !!! |Да?.. |Нет.",
		"small letter after a stop":    "Le site amazon. com vend. |Fin",
		"wrapped lines":                "La ville de\nLyon a reçu. |La délégation\nest partie.",
		"paragraphs":                   "Un titre sans point\n\n|Un texte.\n \n|Un autre",
		"headings":                     "# Titre\n|Texte qui suit.\n|## Autre titre\n|Suite",
		"list":                         "Les villes :\n|- Lyon\n|- Moscou\n|1. Paris\n|2) Nice\n|• Perm",
		"numbered line":                "1. Lyon est une ville. |2. Perm aussi.",
		"Windows lines":                "Un.\r\n|Deux.\r\n\r\n|Trois",
		"long lines":                   "Titre sans point\n|" + strings.Repeat("Un mot ", 30) + "\n|Fin",
	} {
		t.Run(name, func(t *testing.T) {
			var want []string
			for part := range strings.SplitSeq(marked, "|") {
				if part = strings.TrimSpace(part); part != "" {
					want = append(want, part)
				}
			}
			text := strings.ReplaceAll(marked, "|", "")
			var got []string
			for _, s := range ingest.Sentences(text) {
				got = append(got, text[s.Start:s.End])
			}
			if !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestSentencesCutsWhatHasNoEnd(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		maximum int // words of a piece
	}{
		"10,000 words without punctuation": {strings.Repeat("слово ", 10_000), 120},
		"clauses":                          {strings.Repeat("un deux trois quatre, cinq six sept huit neuf ; ", 100), 120},
		"one word of a million letters":    {strings.Repeat("é", 500_000), 1},
		"no spaces, combining accents":     {strings.Repeat("e\u0301", 1000), 1},
	} {
		t.Run(name, func(t *testing.T) {
			spans := ingest.Sentences(c.text)
			checkSpans(t, c.text, spans)
			if len(spans) < 2 {
				t.Fatalf("%d pieces", len(spans))
			}
			for _, s := range spans {
				piece := c.text[s.Start:s.End]
				if n := len(strings.Fields(piece)); n > c.maximum || utf8.RuneCountInString(piece) > 2000 {
					t.Errorf("a piece of %d words and %d runes", n, utf8.RuneCountInString(piece))
				}
				if strings.HasPrefix(piece, "\u0301") {
					t.Error("an accent is cut from its letter")
				}
				if name == "clauses" && s.End < len(strings.TrimSpace(c.text)) && !strings.HasSuffix(piece, ";") {
					t.Errorf("cut within a clause: …%q", piece[len(piece)-20:])
				}
			}
		})
	}
}

func FuzzSentences(f *testing.F) {
	f.Add("Un. Deux ! « Trois ? » dit-il.\n\n- quatre\n# cinq\n… А. С. Пушкин, 2018 г. Он")
	f.Add("((((… … … [12] ».\xff\x00 \u2028 1. M. p. ex. “a. B” „c“")
	f.Add(strings.Repeat("a. ", 50) + strings.Repeat("mot ", 200) + strings.Repeat("x", 300))
	f.Fuzz(func(t *testing.T, text string) {
		checkSpans(t, text, ingest.Sentences(text))
	})
}

// checkSpans fails unless the spans are in order, apart, within the text, whole characters, and all that is no space.
func checkSpans(t *testing.T, text string, spans []retrieval.Span) {
	t.Helper()
	at := 0
	for _, s := range spans {
		if s.Start < at || s.End <= s.Start || s.End > len(text) {
			t.Fatalf("span %v after %d in a text of %d bytes", s, at, len(text))
		}
		if gap := strings.TrimSpace(text[at:s.Start]); gap != "" {
			t.Fatalf("%q lies between sentences", gap)
		}
		first, _ := utf8.DecodeRuneInString(text[s.Start:])
		last, _ := utf8.DecodeLastRuneInString(text[:s.End])
		if unicode.IsSpace(first) || unicode.IsSpace(last) {
			t.Fatalf("%q begins or ends with a space", text[s.Start:s.End])
		}
		if utf8.ValidString(text) && !utf8.ValidString(text[s.Start:s.End]) {
			t.Fatalf("%q is cut within a character", text[s.Start:s.End])
		}
		at = s.End
	}
	if gap := strings.TrimSpace(text[at:]); gap != "" {
		t.Fatalf("%q lies after the last sentence", gap)
	}
}

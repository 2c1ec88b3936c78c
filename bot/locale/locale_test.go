package locale_test

import (
	"strings"
	"testing"

	"passerelle/bot/locale"
)

func load(t testing.TB) *locale.Texts {
	t.Helper()
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestPluralForms(t *testing.T) {
	texts := load(t)
	for _, c := range []struct {
		language string
		count    int
		want     string
	}{
		{"fr", 0, "0 document."}, {"fr", 1, "1 document."}, {"fr", 2, "2 documents."},
		{"fr", 1000000, "1\u00a0000\u00a0000 documents."},
		{"en", 0, "0 documents."}, {"en", 1, "1 document."}, {"en", 1500, "1,500 documents."},
		{"ru", 1, "1 документ."}, {"ru", 2, "2 документа."}, {"ru", 5, "5 документов."}, {"ru", 11, "11 документов."},
		{"ru", 21, "21 документ."}, {"ru", 22, "22 документа."}, {"ru", 112, "112 документов."},
	} {
		if got := texts.Text(c.language, "sources.lead.undated", locale.Data{"Count": c.count}); got != c.want {
			t.Errorf("%s, %d: %q, want %q", c.language, c.count, got, c.want)
		}
	}
}

func TestText(t *testing.T) {
	texts := load(t)
	for name, c := range map[string]struct {
		language, key string
		data          locale.Data
		want          string
	}{
		"a region is left aside":                {"fr-CA", "answer.refused.title", nil, "Rien trouvé"},
		"an underscore too":                     {"ru_RU", "answer.refused.title", nil, "Ничего не нашлось"},
		"an unknown language is English":        {"uk", "answer.refused.title", nil, "Nothing found"},
		"no language is English":                {"", "answer.refused.title", nil, "Nothing found"},
		"a missing key shows itself":            {"fr", "no.such.key", nil, "no.such.key"},
		"missing data shows the key":            {"fr", "dossier.title", nil, "dossier.title"},
		"a text from outside is not a template": {"en", "dossier.unknown.lead", locale.Data{"Asked": "{{.Place}}<b>"}, "I know no place called “{{.Place}}<b>”."},
		"a negative count does not panic":       {"en", "sources.lead.undated", locale.Data{"Count": -1}, "-1 document."},
	} {
		t.Run(name, func(t *testing.T) {
			if got := texts.Text(c.language, c.key, c.data); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	if texts.Has("no.such.key") || !texts.Has("answer.refused.title") {
		t.Error("Has does not tell which keys there are")
	}
}

func TestPeriod(t *testing.T) {
	texts := load(t)
	for _, c := range []struct{ date, fr, ru, en string }{
		{"", "", "", ""},
		{"2024", "2024", "2024 г.", "2024"},
		{"2017-05", "mai 2017", "май 2017 г.", "May 2017"},
		{"2018-11-26", "26 novembre 2018", "26 ноября 2018 г.", "26 November 2018"},
		{"2018-11-26/2018-11-29", "26–29 novembre 2018", "26–29 ноября 2018 г.", "26–29 November 2018"},
		{"2018-11-26/2018-11-26", "26 novembre 2018", "26 ноября 2018 г.", "26 November 2018"},
		{"2019-03-01/2019-03-04", "1er–4 mars 2019", "1–4 марта 2019 г.", "1–4 March 2019"},
		{"2018-11-29/2018-12-02", "29 novembre – 2 décembre 2018", "29 ноября – 2 декабря 2018 г.", "29 November – 2 December 2018"},
		{"2018-12-30/2019-01-02", "30 décembre 2018 – 2 janvier 2019", "30 декабря 2018 г. – 2 января 2019 г.", "30 December 2018 – 2 January 2019"},
		{"2017-03/2017-05", "mars–mai 2017", "март–май 2017 г.", "March–May 2017"},
		{"2017-12/2018-01", "décembre 2017 – janvier 2018", "декабрь 2017 г. – январь 2018 г.", "December 2017 – January 2018"},
		{"2017/2019", "2017–2019", "2017–2019 гг.", "2017–2019"},
		{"2017-05/2017-06-03", "mai 2017 – 3 juin 2017", "май 2017 г. – 3 июня 2017 г.", "May 2017 – 3 June 2017"},
		{"2017-13", "2017-13", "2017-13", "2017-13"},
		{"2017-05/soon", "2017-05/soon", "2017-05/soon", "2017-05/soon"},
	} {
		for language, want := range map[string]string{"fr": c.fr, "ru": c.ru, "en": c.en} {
			if got := texts.Period(language, c.date); got != want {
				t.Errorf("%s of %s: %q, want %q", c.date, language, got, want)
			}
		}
	}
}

func FuzzPeriod(f *testing.F) {
	texts := load(f)
	for _, seed := range []string{"2024", "2017-05/2017-06-03", "/", "2018-02-30", "0000-00", "2024/", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, date string) {
		for _, language := range texts.Languages() {
			if got := texts.Period(language, date); (got == "") != (date == "") || strings.Contains(got, "date.") && !strings.Contains(date, "date.") {
				t.Errorf("%q of %s reads %q", date, language, got)
			}
		}
	})
}

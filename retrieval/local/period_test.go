package local_test

import (
	"strings"
	"testing"
	"time"

	"passerelle/retrieval"
	"passerelle/retrieval/local"
)

// shown writes a period as first day/last day, … for an open end.
func shown(p retrieval.Period) string {
	day := func(t time.Time) string {
		if t.IsZero() {
			return "…"
		}
		return t.Format(time.DateOnly)
	}
	last := p.To
	if !last.IsZero() {
		last = last.AddDate(0, 0, -1)
	}
	return day(p.From) + "/" + day(last)
}

func newPeriodReader(t testing.TB) *local.PeriodReader {
	t.Helper()
	r, err := local.NewPeriodReader()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestPeriods(t *testing.T) {
	r := newPeriodReader(t)
	for question, want := range map[string]string{
		// one year
		"Qui est venu à Lyon en 2018 ?":             "2018-01-01/2018-12-31",
		"Кто приезжал в Лион в 2018 году?":          "2018-01-01/2018-12-31",
		"Who came to Lyon in 2018?":                 "2018-01-01/2018-12-31",
		"delegation irkoutsk 2018":                  "2018-01-01/2018-12-31",
		"Что было в 2018-м?":                        "2018-01-01/2018-12-31",
		"Итоги 2018 г. в Лионе":                     "2018-01-01/2018-12-31",
		"les accords de l’année 2018":               "2018-01-01/2018-12-31",
		"договор за 2019 год и после":               "2019-01-01/2019-12-31",
		"au cours de 2018":                          "2018-01-01/2018-12-31",
		"в течение 2018 года":                       "2018-01-01/2018-12-31",
		"the agreements of the year 2018":           "2018-01-01/2018-12-31",
		"the agreements of 2014, and those of 2018": "2014-01-01/2014-12-31 2018-01-01/2018-12-31",
		"En MAI 2017, qui est venu ?":               "2017-05-01/2017-05-31",
		"в мае 2017 года":                           "2017-05-01/2017-05-31",
		"after the May 2017 conference":             "2017-06-01/…",
		"le 26 novembre 2018":                       "2018-11-26/2018-11-26",
		"le 1er février 2018":                       "2018-02-01/2018-02-01",
		"26 ноября 2018 г.":                         "2018-11-26/2018-11-26",
		"November 26th, 2018":                       "2018-11-26/2018-11-26",
		"26.11.2018":                                "2018-11-26/2018-11-26",
		"2018-11-26":                                "2018-11-26/2018-11-26",
		"31 avril 2018":                             "2018-04-01/2018-04-30",
		"à l’été 2018":                              "2018-06-01/2018-08-31",
		"весной 2014 года":                          "2014-03-01/2014-05-31",
		"décembre 2021":                             "2021-12-01/2021-12-31",
		"в декабре 1999":                            "1999-12-01/1999-12-31",
		// beginnings and ends
		"after 2022": "2023-01-01/…",
		"Что изменилось после 2022 года?":     "2023-01-01/…",
		"Qu’est-ce qui a changé après 2022 ?": "2023-01-01/…",
		"après le 26 novembre 2018":           "2018-11-27/…",
		"depuis 2014":                         "2014-01-01/…",
		"depuis l’année 2014":                 "2014-01-01/…",
		"since May 2014":                      "2014-05-01/…",
		"с 2014 года":                         "2014-01-01/…",
		"начиная с 2014 года":                 "2014-01-01/…",
		"à partir de 2014":                    "2014-01-01/…",
		"from 2014 onwards":                   "2014-01-01/…",
		"before 1991":                         "…/1990-12-31",
		"avant 1991":                          "…/1990-12-31",
		"avant l’année 1991":                  "…/1990-12-31",
		"до 1991 года":                        "…/1990-12-31",
		"jusqu’en 2014":                       "…/2014-12-31",
		"until 2014":                          "…/2014-12-31",
		"к 2014 году":                         "…/2014-12-31",
		// from one to another
		"entre 2010 et 2014":             "2010-01-01/2014-12-31",
		"between May 2010 and June 2014": "2010-05-01/2014-06-30",
		"между 2010 и 2014 годами":       "2010-01-01/2014-12-31",
		"de 2010 à 2014":                 "2010-01-01/2014-12-31",
		"from 2010 to 2014":              "2010-01-01/2014-12-31",
		"с 2010 по 2014 год":             "2010-01-01/2014-12-31",
		"2010-2014":                      "2010-01-01/2014-12-31",
		"в 2010–2014 годах":              "2010-01-01/2014-12-31",
		"du 26 au 29 novembre 2018":      "2018-11-26/2018-11-29",
		"с 26 по 29 ноября 2018 года":    "2018-11-26/2018-11-29",
		"26-29 ноября 2018":              "2018-11-26/2018-11-29",
		"entre mai et juin 2017":         "2017-05-01/2017-06-30",
		// decades and centuries
		"dans les années 1990":        "1990-01-01/1999-12-31",
		"dans les années 90":          "1990-01-01/1999-12-31",
		"les années soixante":         "1960-01-01/1969-12-31",
		"les années soixante-dix":     "1970-01-01/1979-12-31",
		"les années quatre-vingt-dix": "1990-01-01/1999-12-31",
		"avant les années 2000":       "…/1999-12-31",
		"в девяностые":                "1990-01-01/1999-12-31",
		"в девяностых годах":          "1990-01-01/1999-12-31",
		"в 1990-е годы":               "1990-01-01/1999-12-31",
		"в 90-х":                      "1990-01-01/1999-12-31",
		"in the 1990s":                "1990-01-01/1999-12-31",
		"in the ’90s":                 "1990-01-01/1999-12-31",
		"in the nineties":             "1990-01-01/1999-12-31",
		"au XXe siècle":               "1901-01-01/2000-12-31",
		"in the 19th century":         "1801-01-01/1900-12-31",
		"в XX веке":                   "1901-01-01/2000-12-31",
		// none
		"": "", "Quand Irkoutsk est-elle venue à Lyon ?": "", "в мае": "", "12 500 habitants": "", "720 personnes": "",
		"quarante-sept ans de relations": "", "la place du 1er mai": "", "trente élèves": "",
	} {
		var got []string
		for _, p := range r.Read(question) {
			got = append(got, shown(p))
			if p.Text == "" || !strings.Contains(question, p.Text) {
				t.Errorf("%q: %q is not of the question", question, p.Text)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is of %q, want %q", question, got, want)
		}
	}
}

func TestPeriodMeets(t *testing.T) {
	r := newPeriodReader(t)
	for _, c := range []struct {
		question, date string
		meets          bool
	}{
		{"en 2018", "2018-11-26/2018-11-29", true},
		{"en novembre 2018", "2018", true}, // it may be
		{"en 2018", "2019-01", false},
		{"en 2018", "", false},
		{"après 2018", "2018-12-31", false},
		{"après 2018", "2018-12/2019-01", true},
		{"avant 2018", "2017", true},
		{"avant 2018", "2018", false},
		{"dans les années 1990", "1999-12-31", true},
	} {
		d, err := retrieval.ParseDate(c.date)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Read(c.question)[0].Meets(d); got != c.meets {
			t.Errorf("%q meets %q: %t", c.question, c.date, got)
		}
	}
}

func FuzzPeriods(f *testing.F) {
	for _, s := range []string{
		"entre le 26 et le 29 novembre 2018", "с 2010 по 2014 гг.", "from the 1990s to the nineties", "XXe siècle, 90-х", "31.02.2018",
		"\xff2018\x00", "2018-2019-2020-2021", strings.Repeat("du 1 au ", 50), "au au cours de l’an 2000",
	} {
		f.Add(s)
	}
	r := newPeriodReader(f)
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, p := range r.Read(text) {
			i := strings.Index(text[at:], p.Text)
			if p.Text == "" || i < 0 {
				t.Fatalf("%q: period %q does not follow the last", text, p.Text)
			}
			at += i + len(p.Text)
			if p.From.IsZero() && p.To.IsZero() {
				t.Errorf("%q: %q has neither beginning nor end", text, p.Text)
			}
			if !p.From.IsZero() && !p.To.IsZero() && !p.From.Before(p.To) {
				t.Errorf("%q: %q ends before it begins", text, p.Text)
			}
		}
	})
}

package cite_test

import (
	"strings"
	"testing"

	"passerelle/bot/cite"
)

func TestFigures(t *testing.T) {
	const plain = "La région a cherché des partenaires à Lyon."
	tests := []struct {
		name, quote, claim string
		missing            string // a figure that is not proven; "" when the claim is
	}{
		{"the date's month is no count", plain, "11 entreprises ont répondu.", "11"},
		{"the date's day is no count", plain, "26 entreprises ont répondu.", "26"},
		{"the date's day in words is no count", plain, "Vingt-neuf entreprises ont répondu.", "Vingt-neuf"},
		{"the date's day with another month", plain, "Le 26 octobre, la région cherchait.", "26"},
		{"the date's day with its month", plain, "Le 26 novembre, la région cherchait.", ""},
		{"two days after the month", plain, "On November 26 and 29 it looked for partners.", ""},
		{"the date as ISO 8601", plain, "2018-11-29", ""},
		{"the date with strokes", plain, "26/11/2018", ""},
		{"another date with strokes", plain, "26/10/2018", "26/10/2018"},
		{"a quote's day is no count", "La région a cherché le 28 mai 2018.", "28 entreprises ont répondu.", "28"},
		{"a dotted date's month is no count", "La région a cherché : 28.05.2018.", "5 entreprises ont répondu.", "5"},
		{"a dotted date", "La région a cherché : 28.05.2018.", "Le 28 mai 2018, elle cherchait.", ""},

		{"millions of euros", "Il y avait là 20 personnes.", "20 M€", "20 M"},
		{"thousands of euros", "Il y avait là 20 personnes.", "20 k€", "20 k"},
		{"millions, the sign before", "Il y avait là 20 personnes.", "€20M", "20M"},
		{"millions of euros in letters", "Il y avait là 20 personnes.", "20 MEUR", "20 MEUR"},
		{"euros of millions of euros", "Le projet a coûté 20 M€ là-bas.", "20 euros", "20"},
		{"millions in full", "Le projet a coûté 20 M€ là-bas.", "20 millions d’euros", ""},
		{"metres", "Le pont a bien 20 m.", "20 mètres", ""},

		{"a count beside another month", "Le 3 avril, 28 personnes sont venues, comme en mai.", "Le 28 mai", "28"},
		{"a day of another month", "Du 28 avril au 3 mai, ils étaient là.", "Le 28 mai", "28"},
		{"a day alone with its month", "En mai, ils sont venus : le 28.", "Le 28 mai", ""},
		{"days alone with their month", "En mai 2018, du 3 au 5, ils sont venus.", "3–5 May 2018", ""},
		{"a range of days", "Ils étaient là les 3, 4 et 5 mai.", "3–5 мая", ""},

		{"a single Roman letter", "I went with Vladimir V to Lyon.", "5 entreprises", "5"},
		{"a Roman numeral is no count", "Ils évoquent le XXe siècle.", "20 entreprises", "20"},
		{"a Roman numeral as an ordinal", "Le XXII Congrès a eu lieu.", "The 22nd congress took place.", ""},
		{"a century", "Une église du XIXe siècle.", "A church of the 19th century.", ""},
		{"a century in Russian", "Une église du 19e siècle.", "Церковь XIX века.", ""},
		{"another century", "Une église du XVIIIe siècle.", "Une église du XIXe siècle.", "XIX"},
		{"a century of nothing", "Une église des faubourgs.", "Une église du XIXe siècle.", "XIX"},
		{"the article is no Roman numeral", "Le maire est venu à Lyon.", "50 entreprises", "50"},
		{"a numeral as one character", "Le maire est venu à Lyon.", "Ⅻ", "XII"},

		{"Arabic digits", plain, "Il y a ٣٠٠ entreprises.", "300"},
		{"full-width digits", plain, "Il y a ３００ entreprises.", "300"},
		{"full-width digits, true", "Il y a 300 entreprises.", "Il y a ３００ entreprises.", ""},
		{"invisible characters inside a number", "Il y a 300 entreprises.", "Il y a 3\u200b0 entreprises.", "30"},
		{"a number glued to a word", plain, "Il y a environ300 entreprises.", "300"},
		{"a number glued to a capitalised word", plain, "Le300 entreprises ont répondu.", "300"},
		{"codes", plain, "Le CO2 et le G20.", ""},
		{"a code is no count", "Le CO2 et le G20 sont là.", "20 entreprises", "20"},
		{"square metres", "Le terrain fait 300 m² en tout.", "300 m2", ""},

		{"nine of a plural", "Le lycée a deux classes neuves.", "Le lycée a neuf classes.", "neuf"},
		{"nine of a plural, true", "Le lycée a 9 classes.", "Le lycée a neuf classes.", ""},
		{"nine with an article", plain, "Les neuf ont répondu.", "neuf"},
		{"nine of them", plain, "Neuf d’entre elles ont répondu.", "Neuf"},
		{"new after its noun", plain, "Un port neuf", ""},
		{"new is not nine", "Un stade neuf a deux étages.", "Un stade de neuf étages", "neuf"},
		{"as good as new", plain, "Le stade, remis à neuf", ""},
		{"half a dozen", "Six villes ont répondu.", "Half a dozen towns answered.", ""},
		{"half a dozen of nothing", "Douze villes ont répondu.", "Half a dozen towns answered.", "Half a dozen"},
		{"half a dozen in French", "Шесть городов ответили на письмо.", "Une demi-douzaine de villes a répondu.", ""},
		{"half a dozen in Russian", "Six villes ont répondu.", "Ответили полдюжины городов.", ""},
		{"two by two", "Ils défilent trois par trois.", "Ils défilent deux par deux.", "deux"},
		{"a Russian collective", "Cinq élèves ont répondu.", "Ответили семеро учеников.", "семеро"},
		{"a Russian collective, true", "Sept élèves ont répondu.", "Ответили семеро учеников.", ""},
		{"a Russian instrumental", "La ville a parlé avec 58 élèves.", "Город говорил с пятьюдесятью восемью учениками.", ""},
		{"another Russian instrumental", "La ville a parlé avec 58 élèves.", "Город говорил с семьюдесятью восемью учениками.", "семьюдесятью восемью"},
		{"a Russian adjective of a duration", "Une visite de deux jours a eu lieu.", "Состоялся трёхдневный визит.", "трёхдневный"},
		{"a Russian adjective of a duration, true", "Une visite de deux jours a eu lieu.", "Состоялся двухдневный визит.", ""},
		{"bilateral is no number", plain, "Двусторонний договор", ""},

		{"a million", plain, "Un million d’euros", "million"},
		{"thousands", plain, "Тысячи людей", "Тысячи"},
		{"a dozen", plain, "Une douzaine d’entreprises", "douzaine"},
		{"about ten", plain, "Une dizaine d’entreprises", "dizaine"},
		{"about ten, true", "Il y a dix entreprises.", "Une dizaine d’entreprises", ""},
		{"two dozen", "Il y a vingt-quatre élèves.", "Two dozen pupils", ""},
		{"three tens", "Il y a trente élèves.", "Три десятка учеников", ""},
		{"half", plain, "La moitié des entreprises", "moitié"},
		{"half by per cent", "Il en a 50 %, dit-il.", "Половина — его.", ""},
		{"per cent by half", "Le groupe possède la moitié.", "Il en a 50 %.", ""},
		{"the first half of a year is no half", "Il vient au premier semestre 2018.", "In the first half of 2018", ""},
		{"half as one character", plain, "½ des entreprises", "1⁄2"},
		{"half as one character, true", "Le groupe possède la moitié.", "½", ""},
		{"two and a half as a character", "Il a 2,5 hectares là.", "2½ hectares", ""},
		{"two and a half million", "Il a 2,5 millions là.", "two and a half million", ""},
		{"deux millions et demi", "Il a 2,5 millions là.", "deux millions et demi", ""},
		{"half a million", "Il a 500 000 euros là.", "half a million", ""},
		{"полтора миллиона", "Il a 1,5 million là.", "полтора миллиона", ""},
		{"a third of", plain, "Un tiers des entreprises", "tiers"},
		{"a third of, in English", "Un tiers des entreprises sont là.", "A third of the companies", ""},
		{"a third line is no third", "Une autre ligne est là.", "A third line", ""},
		{"two thirds are not one", "Un tiers des entreprises sont là, deux fois.", "Two thirds of the companies", "thirds"},
		{"a third thing is no third of it", "La troisième entreprise est là.", "Un tiers des entreprises", "tiers"},
		{"twice", plain, "It came twice.", "twice"},
		{"twice, true", "Elle est venue deux fois.", "It came twice.", ""},
		{"a document's year is no count", plain, "2018 entreprises ont répondu.", "2018"},
		{"a document's year after a month", plain, "En novembre 2018 naît le projet.", ""},
		{"a document's year before its word", plain, "В 2018 году регион искал партнёров.", ""},
		{"tens of something are no ten", "Il y a plusieurs dizaines de villes.", "Il y a dix villes.", "dix"},
		{"tens are tens", "Il y a plusieurs dizaines de villes.", "Есть десятки городов.", ""},
		{"a twinning is no two", "Les villes jumelées de Lyon.", "Il y a deux villes.", "deux"},
		{"an anniversary proves its years", "C’est le vingt-cinquième anniversaire.", "Двадцать пять лет назад", ""},
		{"an ordinal proves one", "Une troisième ligne est là.", "This is the 3rd line.", ""},
		{"an ordinal proves a stage", "La troisième étape est là.", "This is stage 3.", ""},
		{"neuf of a plural", plain, "Il y a neuf entreprises.", "neuf"},
		{"neuf is new", plain, "Un port neuf.", ""},
		{"a quarantine", plain, "Ils étaient en quarantaine à Lyon.", ""},
		{"some forty", plain, "Une quarantaine de maires", "quarantaine"},
		{"thousands in the English way are no decimal", "Il y a deux communes.", "2,000 towns", "2,000"},
		{"two thirds in Russian", "Les deux tiers sont là.", "Две трети из них здесь.", ""},
		{"two thirds in Russian, untrue", "Un tiers des gens est là.", "Две трети из них здесь.", "Две трети"},
		{"above is not below", "Il y a moins de 100 élèves.", "Il y a plus de 100 élèves.", "100"},
		{"below is not above, in Russian", "Il y a plus de 100 élèves.", "Там менее 100 учеников.", "100"},
		{"no more than is below", "There are over 100 pupils.", "Il y a au plus 100 élèves.", "100"},
		{"above, in three languages", "Il y a plus de 100 élèves.", "Более 100 учеников.", ""},
		{"no fewer than is above", "Il y a plus de 100 élèves.", "Не менее 100 учеников.", ""},
		{"a plain number of one above", "Il y a plus de 100 élèves.", "Il y a 100 élèves.", ""},
		{"one number for two", "Il y a 40 filles là.", "Il y a 40 filles et 40 garçons.", "40 so often"},
		{"two numbers for two", "Il y a 40 filles et quarante garçons.", "40 girls and 40 boys.", ""},
		{"a month's short name", "Le 23 janvier 2020, ils sont là.", "On 23 Jan. 2020 they were there.", ""},
		{"another month's short name", "Le 23 janvier 2020, ils sont là.", "On Feb 23, 2020 they were there.", "Feb"},
		{"per cent in words", "Il en a 10 %, dit-il.", "dix pour cent", ""},
		{"per cent in words of a count", "Il y a dix entreprises.", "dix pour cent", "dix"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := checkOf(t, proofOf(t, tt.quote, tt.quote, tt.claim), cite.CheckNumbers)
			if c.OK != (tt.missing == "") || !strings.Contains(c.Why, tt.missing) {
				t.Errorf("%+v, want missing %q", c, tt.missing)
			}
		})
	}
}

package fusion_test

import (
	"slices"
	"testing"

	"passerelle/retrieval/fusion"
)

func TestAsked(t *testing.T) {
	types := fusion.NewTypes()
	for question, want := range map[string]fusion.AnswerType{
		"Combien d’élèves ?": fusion.ANumber, "Сколько учеников?": fusion.ANumber, "How many pupils?": fusion.ANumber,
		"Quand le maire est-il venu ?": fusion.ADate, "В каком году?": fusion.ADate, "when did they come": fusion.ADate,
		"Qui dirige l’usine ?": fusion.ALeader, "кто директор": fusion.APerson, "Who runs it?": fusion.APerson,
		"Où se trouve l’usine ?": fusion.APlace, "Где завод?": fusion.APlace, "Which town is twinned?": fusion.APlace,
		"Qui est Sergueï Levtchenko ?": fusion.AnOffice, "Who is Levchenko?": fusion.AnOffice, "Кто такой Сергей Левченко?": fusion.AnOffice,
		"Qui est le maire de Lyon ?": fusion.APerson, "Who is the mayor of Lyon?": fusion.APerson,
		"Qui dirigeait la délégation ?": fusion.ALeader, "Кто возглавлял делегацию?": fusion.ALeader, "Who led the delegation?": fusion.ALeader,
		"De quoi s’agit-il ?": fusion.AnyAnswer, "usine fermée": fusion.AnyAnswer, "": fusion.AnyAnswer,
	} {
		if got := types.Asked(question); got != want {
			t.Errorf("%q asks for %q, want %q", question, got, want)
		}
	}
}

func TestHolds(t *testing.T) {
	types := fusion.NewTypes()
	if got := types.Dates("Le 27 novembre 2018 et en mai."); !slices.Equal(got, []string{"novembre", "2018", "mai"}) {
		t.Errorf("dates %q", got)
	}
	if got := types.Numbers("En 2018, plus de 100 et vingt autres, 1 500 en tout."); !slices.Equal(got, []string{"100", "vingt", "1", "500"}) {
		t.Errorf("numbers %q", got)
	}
	if got := types.Numbers("сотнями, в две тысячи"); !slices.Equal(got, []string{"сотнями", "две", "тысячи"}) {
		t.Errorf("numbers %q", got)
	}
	if !types.HasFullName("le maire Jean Dupont") || types.HasFullName("le maire Dupont") {
		t.Error("full names")
	}
}

func TestScore(t *testing.T) {
	f := fusion.Features{
		CosSentence: 1, CosTitled: 2, CosPassage: 3, CosDocument: 4,
		WordsSentence: 5, WordsPassage: 6, WordsDocument: 7, Type: 8,
	}
	w := fusion.Weights{
		CosSentence: 1, CosTitled: 10, CosPassage: 100, CosDocument: 1000,
		WordsSentence: 2, WordsPassage: 3, WordsDocument: 4, Type: 5,
	}
	if got := w.Score(f); got != 1+20+300+4000+10+18+28+40 {
		t.Error(got)
	}
}

package cite_test

import (
	"strings"
	"testing"

	"passerelle/bot/cite"
	"passerelle/retrieval"
)

// TestForce tries each class of cues in each language: a claim that keeps the force of its quote and one that does not.
func TestForce(t *testing.T) {
	gates := loadGates(t)
	tests := []struct {
		name, quote, keeps, loses string
		check                     string // that fails for the claim that loses it
	}{
		{"ne … pas", "Les deux mairies n’ont pas signé la convention avec le port de Rostov.", "La convention n’est pas signée par les deux mairies.", "Les deux mairies ont signé la convention avec le port.", cite.CheckNegation},
		{"ne … pas, in English", "Les deux mairies n’ont pas signé la convention avec le port de Rostov.", "The two town halls have not signed the agreement.", "The two town halls signed the agreement with the port.", cite.CheckNegation},
		{"ne … pas, in Russian", "Les deux mairies n’ont pas signé la convention avec le port de Rostov.", "Две мэрии не подписали соглашение с портом.", "Две мэрии подписали соглашение с портом.", cite.CheckNegation},
		{"ne … plus", "Le musée n’accueille plus de groupes d’élèves russes.", "Le musée n’accueille plus d’élèves russes.", "Le musée accueille des groupes d’élèves russes.", cite.CheckNegation},
		{"ne … jamais answered by the first time", "Le directeur n’avait jamais visité cette usine.", "C’est la première visite du directeur dans cette usine.", "Le directeur avait visité cette usine.", cite.CheckNegation},
		{"aucun", "Aucun élève ne parle italien dans cette école.", "Personne ne parle italien dans cette école.", "Des élèves parlent italien dans cette école.", cite.CheckNegation},
		{"sans", "L’orchestre a joué sans son chef habituel.", "L’orchestre a joué sans chef.", "L’orchestre a joué avec son chef habituel.", cite.CheckNegation},
		{"a negation added", "Le lycée a reçu douze élèves.", "Le lycée a reçu douze élèves.", "Le lycée n’a pas reçu les douze élèves.", cite.CheckNegation},
		{"не", "Мэр не подписал договор с портом.", "Le maire n’a pas signé le contrat.", "Le maire a signé le contrat avec le port.", cite.CheckNegation},
		{"никто", "Никто из учителей не приехал в школу.", "Aucun enseignant n’est venu à l’école.", "Учителя приехали в школу.", cite.CheckNegation},
		{"not", "The company did not open a factory in the region.", "L’entreprise n’a pas ouvert d’usine.", "The company did open a factory in the region.", cite.CheckNegation},
		{"never", "The orchestra has never played in this theatre.", "The orchestra never played in this theatre.", "The orchestra has played in this theatre.", cite.CheckNegation},
		{"a denial in other words answers", "Le maire n’a pas accepté cette proposition.", "Le maire a refusé cette proposition.", "Le maire a accepté cette proposition.", cite.CheckNegation},
		{"suspended", "La ville a suspendu son jumelage avec Sotchi.", "Son jumelage avec Sotchi est suspendu.", "La ville poursuit son jumelage avec Sotchi.", cite.CheckNegation},
		{"suspended, in Russian", "La ville a suspendu son jumelage avec Sotchi.", "Побратимство с Сочи приостановлено городом.", "Побратимство города с Сочи продолжается.", cite.CheckNegation},
		{"suspended, in English", "La ville a suspendu son jumelage avec Sotchi.", "The town has suspended its twinning with Sochi.", "The town keeps up its twinning with Sochi.", cite.CheckNegation},
		{"cancelled, of an English source", "The festival was cancelled by the town.", "La ville a annulé le festival.", "The festival was held by the town.", cite.CheckNegation},
		{"closed, of a Russian source", "Компания закрыла завод в области.", "The company closed the plant.", "The company runs a plant in the region.", cite.CheckNegation},
		{"what is not ruled out", "La ville n’exclut pas de vendre son stade.", "La ville n’exclut pas cette vente.", "La ville exclut de vendre son stade.", cite.CheckNegation},
		{"what is not ruled out, in English", "La ville n’exclut pas de vendre son stade.", "The town does not rule out selling its stadium.", "The town rules out selling its stadium.", cite.CheckNegation},
		{"what is not ruled out, in Russian", "La ville n’exclut pas de vendre son stade.", "Город не исключает продажи стадиона.", "Город исключает продажу стадиона.", cite.CheckNegation},
		{"a wish denied", "Le maire souhaite que la ville achète le stade.", "Le maire souhaite cet achat.", "Le maire ne souhaite pas que la ville achète le stade.", cite.CheckNegation},

		{"future", "Le groupe ouvrira une usine dans la région.", "Le groupe va ouvrir une usine.", "Le groupe a ouvert une usine dans la région.", cite.CheckPlan},
		{"future of an irregular verb", "Le groupe construira une usine dans la région.", "The group will build a plant.", "Le groupe a construit une usine dans la région.", cite.CheckPlan},
		{"near future", "La ville va construire un port fluvial.", "Город построит речной порт.", "La ville a construit un port fluvial.", cite.CheckPlan},
		{"doit", "Le pont doit ouvrir en mars.", "Открытие моста ожидается в марте.", "Le pont a ouvert en mars.", cite.CheckPlan},
		{"prévoit", "La région prévoit de financer un musée.", "The region plans to fund a museum.", "La région a financé un musée.", cite.CheckPlan},
		{"espère", "Le maire espère accueillir un consulat.", "Мэр надеется на консульство.", "Le maire accueille un consulat.", cite.CheckPlan},
		{"conditional", "Le groupe pourrait vendre son usine.", "The group might sell its plant.", "Le groupe a vendu son usine.", cite.CheckPlan},
		{"a rumour", "Le groupe serait propriétaire de cette usine.", "Selon la presse, le groupe est propriétaire de cette usine.", "Le groupe est propriétaire de cette usine.", cite.CheckPlan},
		{"intention", "La chambre confirme son intention d’ouvrir un bureau.", "La chambre veut ouvrir un bureau.", "La chambre a ouvert un bureau.", cite.CheckPlan},
		{"a plan told as done in English", "Le pont doit ouvrir en mars.", "The bridge is due to open in March.", "The bridge opened in March.", cite.CheckPlan},
		{"a plan told as done in Russian", "La région prévoit de financer un musée.", "Регион планирует профинансировать музей.", "Регион профинансировал музей.", cite.CheckPlan},
		{"будет", "Завод будет построен в области.", "L’usine sera construite.", "L’usine est construite dans la région.", cite.CheckPlan},
		{"a perfective future", "Компания откроет завод в области.", "The company will open a plant.", "The company opened a plant in the region.", cite.CheckPlan},
		{"намерены", "Власти намерены открыть школу.", "Les autorités veulent ouvrir une école.", "Les autorités ont ouvert une école.", cite.CheckPlan},
		{"will", "The group will build a school.", "Группа построит школу.", "The group built a school.", cite.CheckPlan},
		{"plans to", "The group plans to build a school.", "Le groupe veut construire une école.", "Le groupe a construit une école.", cite.CheckPlan},
		{"to be able to permit", "Le pont doit permettre aux bateaux de passer.", "Le pont permettra aux bateaux de passer.", "Le pont a permis aux bateaux de passer.", cite.CheckPlan},
		{"to be ready to", "La région est prête à proposer des terrains.", "Область готова предложить участки.", "La région a proposé des terrains.", cite.CheckPlan},
		{"to decide to", "La mairie a décidé de vendre le stade.", "The town hall decided to sell the stadium.", "La mairie a vendu le stade.", cite.CheckPlan},
		{"to be", "Ce salon pourrait être la vitrine de la ville.", "Ce salon peut être la vitrine de la ville.", "Ce salon a été la vitrine de la ville.", cite.CheckPlan},
		{"to do", "Les villes étudient ce qu’elles pourraient faire ensemble.", "Les villes étudient ce qu’elles peuvent faire ensemble.", "Les villes étudient ce qu’elles ont fait ensemble.", cite.CheckPlan},
		{"to take part", "Ils pourraient prendre part au projet du stade.", "Ils prendraient part au projet du stade.", "Ils ont pris part au projet du stade.", cite.CheckPlan},
		{"a verb in the passive", "La convention doit être signée en mai à Tver.", "The agreement is to be signed in Tver in May.", "The agreement was signed in Tver in May.", cite.CheckPlan},
		{"a Russian passive", "Le stade doit être vendu à la région.", "Стадион должен быть продан области.", "Стадион был продан области.", cite.CheckPlan},
		{"a verb that ends as none does", "Le directeur espère vendre le stade.", "The director hopes to sell the stadium.", "The director sold the stadium.", cite.CheckPlan},
		{"a calendar", "Le calendrier prévoit un concert le soir.", "Un concert est prévu le soir.", "Un concert a eu lieu le soir.", cite.CheckPlan},
		{"готов", "Банк готов открыть отделение в городе.", "La banque est prête à ouvrir une agence.", "Банк открыл отделение в городе.", cite.CheckPlan},
		{"решили", "Города решили построить музей.", "Les villes ont décidé de construire un musée.", "Города построили музей.", cite.CheckPlan},
		{"должны and a passive", "Стадионы должны быть проданы городу.", "Les stades doivent être vendus à la ville.", "Стадионы были проданы городу.", cite.CheckPlan},
		{"is due to", "The bridge is due to open in March.", "Le pont doit ouvrir en mars.", "The bridge opened in March.", cite.CheckPlan},
		{"is ready to", "The bank is ready to open a branch.", "La banque est prête à ouvrir une agence.", "The bank opened a branch.", cite.CheckPlan},
		{"is to", "The choir is to sing at the theatre.", "Le chœur doit chanter au théâtre.", "The choir sang at the theatre.", cite.CheckPlan},
		{"a noun that ends as a future does", "Университет планирует открыть музей.", "Университет хочет открыть музей.", "Университет открыл музей.", cite.CheckPlan},

		{"selon", "Selon le maire, le jumelage est utile à la ville.", "Le maire estime que le jumelage est utile à la ville.", "Le jumelage est utile à la ville.", cite.CheckSpeaker},
		{"selon lui, at the end", "Le jumelage est utile à la ville, selon lui.", "По его мнению, побратимство полезно городу.", "Le jumelage est utile à la ville.", cite.CheckSpeaker},
		{"estime que", "Le consul estime que cette région a de grands atouts.", "Aux yeux du consul, cette région a de grands atouts.", "Cette région a de grands atouts.", cite.CheckSpeaker},
		{"an inverted verb", "Cette région a de grands atouts, assure le consul.", "Le consul dit que cette région a de grands atouts.", "Cette région a de grands atouts.", cite.CheckSpeaker},
		{"a-t-il dit", "Les projets communs sont nombreux, a-t-il dit, et utiles.", "Les projets communs, dit-il, sont nombreux.", "Les projets communs sont nombreux.", cite.CheckSpeaker},
		{"qualifie", "L’ambassadeur qualifie la région de modèle pour les autres.", "L’ambassadeur voit dans la région un modèle.", "La région est un modèle pour les autres.", cite.CheckSpeaker},
		{"the speaker lost in English", "Selon le maire, le jumelage est utile à la ville.", "According to the mayor, the twinning is useful.", "The twinning is useful to the town.", cite.CheckSpeaker},
		{"по словам", "По словам мэра, побратимство полезно городу.", "Selon le maire, le jumelage est utile.", "Побратимство полезно городу.", cite.CheckSpeaker},
		{"считает", "Консул считает, что регион богат.", "The consul thinks the region is rich.", "Регион богат.", cite.CheckSpeaker},
		{"according to", "According to the mayor, the twinning helps the town.", "По словам мэра, побратимство помогает городу.", "The twinning helps the town.", cite.CheckSpeaker},
		{"selon lui, in the middle", "Ces relations, selon lui, montrent la force des villes.", "Selon lui, ces relations montrent la force des villes.", "Ces relations montrent la force des villes.", cite.CheckSpeaker},
		{"a saying inside what is said", "La ville, a-t-il dit, regarde de près ces terrains.", "Il a dit que la ville regarde de près ces terrains.", "La ville regarde de près ces terrains.", cite.CheckSpeaker},
		{"espère que", "Le consul espère que les touristes viendront nombreux.", "The consul hopes that many tourists will come.", "Les touristes viendront nombreux.", cite.CheckSpeaker},
		{"надеется, что", "Мэр надеется, что туристы приедут.", "Le maire espère voir venir des touristes.", "Туристы приедут.", cite.CheckSpeaker},
		{"hopes that", "The mayor hopes that tourists will come.", "Мэр надеется, что туристы приедут.", "Tourists will come.", cite.CheckSpeaker},
		{"says", "The consul says that the region is rich.", "Selon le consul, la région est riche.", "The region is rich.", cite.CheckSpeaker},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if c := forceCheck(t, gates, tt.quote, tt.keeps, tt.check); !c.OK {
				t.Errorf("%q of %q: %+v", tt.keeps, tt.quote, c)
			}
			if c := forceCheck(t, gates, tt.quote, tt.loses, tt.check); c.OK || c.Why == "" {
				t.Errorf("%q of %q: %+v", tt.loses, tt.quote, c)
			}
			if c := forceCheck(t, gates, tt.quote, tt.quote, tt.check); !c.OK {
				t.Errorf("the quote itself: %+v", c)
			}
		})
	}
}

// TestForceOfPlainClaims: words that look like cues and are none.
func TestForceOfPlainClaims(t *testing.T) {
	gates := loadGates(t)
	tests := []struct{ name, quote, claim string }{
		{"ne … que", "La ville ne compte que deux jumelages.", "La ville a deux jumelages."},
		{"sans doute", "Le maire a sans doute visité le musée.", "Le maire a visité le musée."},
		{"a number sign", "L’école no 22 a reçu des élèves.", "School No 22 received pupils."},
		{"compte and a number", "La ville compte quatre musées.", "В городе четыре музея."},
		{"a name that ends as a future does", "Samira et Elvira ont chanté à l’opéra.", "Samira et Elvira ont chanté."},
		{"a past that ends as a future does", "Le maire retira la proposition du conseil.", "Le maire a retiré la proposition."},
		{"an accord that provides for something", "L’accord prévoit des échanges d’élèves.", "Des échanges d’élèves figurent dans l’accord."},
		{"due to a cause", "The match was late due to the snow.", "Le match a eu du retard à cause de la neige."},
		{"said by somebody who is named", "Le maire dit que le consul estime la région riche.", "Le consul estime la région riche, dit le maire."},
		{"selon an agreement", "Selon l’accord, les villes échangent des élèves.", "Les villes échangent des élèves."},
		{"another clause denies", "Le maire a ouvert le musée, mais le port n’est pas fini.", "Le maire a ouvert le musée."},
		{"another clause plans", "Le maire a ouvert le musée ; il prévoit de rénover le port.", "Le maire a ouvert le musée."},
		{"another clause is somebody’s", "Le maire a ouvert le musée ; selon lui, le port est laid.", "Le maire a ouvert le musée."},
		{"not only", "Мэр не только открыл музей, но и посетил порт.", "Мэр открыл музей."},
		{"небольшой", "В городе есть небольшой музей.", "La ville a un petit musée."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, check := range []string{cite.CheckNegation, cite.CheckPlan, cite.CheckSpeaker} {
				if c := forceCheck(t, gates, tt.quote, tt.claim, check); !c.OK {
					t.Errorf("%q of %q: %+v", tt.claim, tt.quote, c)
				}
			}
		})
	}
}

func TestRoles(t *testing.T) {
	gates := loadGates(t)
	tests := []struct{ name, quote, keeps, swaps string }{
		{"to sell and to buy", "Le groupe Renard vend son usine à la société Ostrov.", "Ostrov achète l’usine de Renard.", "Renard achète l’usine de Ostrov."},
		{"passive", "Le groupe Renard vend son usine à la société Ostrov.", "L’usine est vendue par Renard à la société Ostrov.", "L’usine est vendue par Ostrov à la société Renard."},
		{"to invite", "Paul Martin a invité Ivan Petrov au festival.", "Ivan Petrov a été invité par Paul Martin.", "Ivan Petrov a invité Paul Martin."},
		{"to invite, in English", "Paul Martin a invité Ivan Petrov au festival.", "Paul Martin invited Ivan Petrov.", "Ivan Petrov invited Paul Martin."},
		{"towns that are called towns", "La ville de Nice a invité celle de Sotchi.", "La ville de Sotchi a été invitée par celle de Nice.", "La ville de Sotchi a invité celle de Nice."},
		{"towns in English", "La ville de Nice a invité celle de Sotchi.", "The town of Nice invited that of Sochi.", "The town of Sochi invited that of Nice."},
		{"who is told behind the verb", "Ivan Petrov, que soutient Paul Martin, est venu.", "Paul Martin soutient Ivan Petrov.", "Ivan Petrov soutient Paul Martin."},
		{"to invite, in Russian", "Paul Martin a invité Ivan Petrov au festival.", "Ивана Петрова пригласил Поль Мартен.", "Иван Петров пригласил Поля Мартена."},
		{"to hand over", "Ivan Petrov remet une médaille à Paul Martin.", "Paul Martin reçoit une médaille de Ivan Petrov.", "Paul Martin remet une médaille à Ivan Petrov."},
		{"to receive a guest", "Paul Martin a reçu Ivan Petrov à la mairie.", "Ivan Petrov a été reçu par Paul Martin.", "Ivan Petrov a reçu Paul Martin."},
		{"a pronoun in his place", "Il a remercié Ivan Petrov de sa visite.", "Il remercie Ivan Petrov.", "Ivan Petrov l’a remercié de sa visite."},
		{"to appoint", "Ivan Petrov a nommé Paul Martin directeur.", "Paul Martin a été nommé par Ivan Petrov.", "Paul Martin a nommé Ivan Petrov directeur."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if c := forceCheck(t, gates, tt.quote, tt.keeps, cite.CheckRoles); !c.OK {
				t.Errorf("%q of %q: %+v", tt.keeps, tt.quote, c)
			}
			if c := forceCheck(t, gates, tt.quote, tt.swaps, cite.CheckRoles); c.OK || !strings.Contains(c.Why, "other side") {
				t.Errorf("%q of %q: %+v", tt.swaps, tt.quote, c)
			}
		})
	}
}

// forceCheck proves a claim by a document that is its own quote, and gives one of the checks.
func forceCheck(t *testing.T, gates cite.Gates, quote, claim, check string) cite.Check {
	t.Helper()
	return checkOf(t, prove(t, gates, &retrieval.Document{ID: "d", Text: quote}, claimBy(quote, claim)), check)
}

// FuzzForce looks for texts that the reading of cues does not end on, and for one that does not keep its own force.
func FuzzForce(f *testing.F) {
	for _, seed := range [][2]string{
		{"Le maire n’a pas dit qu’il viendrait.", "He didn't say he'd come."},
		{"Selon l’", "d'"}, {"n't 'll ’", "\xff’t"}, {"M. X vend à Y, de Z.", "Z купил у Y…"}, {"не ни\u00ad", "e\u0301té"}, {"No. 5 ; (,", "«“"},
	} {
		f.Add(seed[0], seed[1])
	}
	gates := cite.Gates{Force: cite.NewForce(nil, nil)}
	f.Fuzz(func(t *testing.T, text, claim string) {
		for _, said := range []string{claim, text} {
			proof := prove(t, gates, &retrieval.Document{ID: "d", Text: text}, claimBy(text, said))
			for _, c := range proof.Checks {
				forced := c.Name == cite.CheckPlan || c.Name == cite.CheckSpeaker || c.Name == cite.CheckRoles
				if c.OK != (c.Why == "") || said == text && forced && !c.OK && len(proof.Quotes) == 1 && proof.Quotes[0].Text() == text {
					t.Errorf("%q of %q: %+v", said, text, c)
				}
			}
		}
	})
}

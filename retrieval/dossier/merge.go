package dossier

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"passerelle/retrieval"
	"passerelle/retrieval/analysis"
)

// How far apart the dates that two documents give for one journey may be: the day of the event against that of the
// article, and more where both name the same person.
const (
	maxApart           = 3 * 24 * time.Hour
	maxApartSamePerson = 45 * 24 * time.Hour
	maxJourney         = 62 * 24 * time.Hour // a date that spans more says too little
)

// merge joins the journeys that are one, told by several documents.
func merge(journeys []journey) []journey {
	slices.SortStableFunc(journeys, func(a, b journey) int {
		if a.aside != b.aside {
			if a.aside {
				return 1
			}
			return -1
		}
		return cmp.Compare(b.facts(), a.facts())
	})
	var merged []journey
next:
	for _, j := range journeys {
		for i := range merged {
			if same(&merged[i], &j) {
				merged[i].join(&j)
				continue next
			}
		}
		if !j.aside {
			merged = append(merged, j)
		}
	}
	return merged
}

// same tells whether two journeys are one: between the same places at nearly the same time. Where one document names the
// region and another only a town in it, a person that both name will do.
func same(a, b *journey) bool {
	if guestSide(a) != guestSide(b) || !meet(a.to, b.to) {
		return false
	}
	from, person := meet(a.from, b.from), sharePerson(a, b)
	dateA, dateB := a.documents[0].Date, b.documents[0].Date
	if dateA.IsZero() || dateB.IsZero() || span(dateA) > maxJourney || span(dateB) > maxJourney {
		return false
	}
	apart := max(dateB.From.Sub(dateA.To), dateA.From.Sub(dateB.To))
	return apart <= maxApart && (from || person) || apart <= maxApartSamePerson && from && person
}

func span(d retrieval.Date) time.Duration { return d.To.Sub(d.From) }

func meet(a, b []site) bool {
	return slices.ContainsFunc(a, func(s site) bool { return slices.ContainsFunc(b, s.is) })
}

func sharePerson(a, b *journey) bool {
	return slices.ContainsFunc(a.everyone(), func(p person) bool { return slices.ContainsFunc(b.everyone(), p.is) })
}

func (j *journey) everyone() []person {
	return slices.Concat(j.head, j.members, j.met)
}

// join adds what another telling of the journey adds to this one.
func (j *journey) join(other *journey) {
	j.documents = append(j.documents, other.documents...)
	for _, s := range other.from {
		if !slices.ContainsFunc(j.from, s.is) {
			j.from = append(j.from, s)
		}
	}
	for _, s := range other.to {
		if !slices.ContainsFunc(j.to, func(known site) bool { return known.id == s.id }) && !isCountry(s) {
			j.to = append(j.to, s)
		}
	}
	if len(j.head) == 0 {
		for _, p := range other.head {
			j.head = append(j.head, p)
			j.members = without(j.members, p)
			j.met = without(j.met, p)
		}
	}
	j.members = j.addPeople(j.members, slices.Concat(other.head, other.members))
	j.met = j.addPeople(j.met, other.met)
	for _, v := range other.visited {
		if !slices.ContainsFunc(j.visited, func(known visit) bool { return known.place.ID == v.place.ID }) {
			j.visited = append(j.visited, v)
		}
	}
	j.bodies = addFacts(j.bodies, other.bodies)
	j.companies = addFacts(j.companies, other.companies)
	j.announced = j.announced && other.announced
	if len(j.signed) == 0 {
		j.signed = other.signed
	}
	j.planned = slices.Concat(j.planned, other.planned)
	j.followed = slices.Concat(j.followed, other.followed)
}

// addPeople adds those who are not of the journey yet; who is, gets an office if none was known.
func (j *journey) addPeople(list, others []person) []person {
	for _, p := range others {
		known := false
		for _, part := range [...][]person{j.head, j.members, j.met, list} {
			for i := range part {
				if !part[i].is(p) {
					continue
				}
				known = true
				if part[i].role == "" && p.role != "" {
					part[i] = p
				}
			}
		}
		if !known {
			list = append(list, p)
		}
	}
	return list
}

func without(list []person, p person) []person {
	return slices.DeleteFunc(list, p.is)
}

func addFacts(list, others []retrieval.Fact) []retrieval.Fact {
	for _, f := range others {
		if !slices.ContainsFunc(list, func(known retrieval.Fact) bool { return sameName(known.Text, f.Text) }) {
			list = append(list, f)
		}
	}
	return list
}

// sameName tells two spellings of one body: alike but for capitals, accents and hyphens, or one the other's beginning.
func sameName(a, b string) bool {
	a, b = normal(analysis.Fold(a)), normal(analysis.Fold(b))
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

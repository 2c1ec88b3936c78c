package config

import (
	"maps"
	"slices"
	"strings"
)

// readEnvironment reads the variables of all keys, and warns of those that look like one and are none.
func readEnvironment(environ []string) (l layer, problems []Problem, warnings []string) {
	l = layer{}
	set := map[string]string{}
	for _, entry := range environ {
		if name, value, ok := strings.Cut(entry, "="); ok && value != "" {
			set[name] = value
		}
	}
	known := map[string]bool{}
	for _, k := range keys() {
		for _, name := range []string{k.usual, Variable(k.path)} {
			known[name] = true
			if value, ok := set[name]; ok && name != "" {
				if problem := l.set(k.path, value, name); problem != nil {
					problems = append(problems, *problem)
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if !strings.HasPrefix(name, "PASSERELLE_") || known[name] {
			continue
		}
		best, distance := nearestOf(name, variables())
		// A slip of the finger is an error; anything else may be another program's, such as the variables that
		// Kubernetes makes for a service of this name.
		if distance <= 2 {
			problems = append(problems, Problem{Where: name, Text: "no such setting; the nearest is " + best})
		} else {
			warnings = append(warnings, "the variable "+name+" sets nothing; the nearest is "+best)
		}
	}
	return l, problems, warnings
}

func variables() []string {
	var names []string
	for _, k := range keys() {
		names = append(names, Variable(k.path))
	}
	return names
}

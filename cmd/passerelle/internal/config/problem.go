package config

import (
	"strings"
)

// Problem is one thing that is wrong, and where.
type Problem struct {
	Where string // file:line:column, the variable, or the flag
	Text  string // what is wrong, and what to do
}

// String is the problem on one line.
func (p Problem) String() string {
	if p.Where == "" {
		return p.Text
	}
	return p.Where + ": " + p.Text
}

// Error is everything that is wrong in the settings.
type Error struct{ Problems []Problem }

// Error lists the problems, one a line.
func (e *Error) Error() string {
	var lines []string
	for _, p := range e.Problems {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

package main

import (
	"os"
	"strings"
	"testing"
)

// What README.md shows of the program is what the program prints.
func TestReadmeShowsRealOutput(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, ok := strings.Cut(string(readme), "```\n$ passerelle ask \"")
	shown, _, ends := strings.Cut(shown, "```\n")
	question, want, asked := strings.Cut(shown, "\"\n")
	if !ok || !ends || !asked {
		t.Fatal("README.md has no block that begins with $ passerelle ask")
	}
	got := passerelle(t, nil, "", "ask", question)
	if got.status != 0 || strings.TrimSpace(got.out) != strings.TrimSpace(want) {
		t.Errorf("status %d; README.md is to show:\n%s", got.status, got.out)
	}
}

// Package tsvtest reads the tables of tests: a line a row, cells between tabs, the columns' names in the first row. Lines
// that begin with # are comments.
package tsvtest

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Read gives the rows of a file, each by the names of its columns. The test fails when the file has no rows or not all of
// the columns that it is to have, and when a row has more or fewer cells than there are columns.
func Read(t testing.TB, path string, columns ...string) (rows []map[string]string) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var header []string
	number := 0
	for line := range strings.Lines(string(file)) {
		number++
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if header == nil {
			header = cells
			continue
		}
		if len(cells) != len(header) {
			t.Fatalf("%s:%d: %d cells, want %d: %s", path, number, len(cells), len(header), strings.Join(header, ", "))
		}
		row := make(map[string]string, len(cells))
		for i, cell := range cells {
			row[header[i]] = cell
		}
		rows = append(rows, row)
	}
	for _, column := range columns {
		if !slices.Contains(header, column) {
			t.Fatalf("%s has no column %q, only %q", path, column, header)
		}
	}
	if len(rows) == 0 {
		t.Fatalf("%s has no rows", path)
	}
	return rows
}

// Package ingest turns a folder of files into clean documents, and documents into passages of whole sentences.
//
// Two kinds of file are read, in the folder and all below it; files and folders whose name begins with a dot, and files
// of any other kind, are passed over.
//
//   - name.md: YAML front matter between two lines of three hyphens, then the text. The fields are id and title, which
//     must be there, source, url, date, language, kind, places, people and organisations. Front matter is YAML but for
//     one liberty: an unquoted title and its like may hold a colon and a space ("Lyon : un bilan").
//   - name.txt: plain text. Its id is the file's name, its title the first line where that is short.
//
// Windows line ends and a byte order mark are taken out; offsets count in what is left.
package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"passerelle/retrieval"
)

// MaxFileBytes is the size of the largest file that Load reads.
const MaxFileBytes = 16 << 20

// maxTitleRunes is how long the first line of a plain text file may be to serve as its title.
const maxTitleRunes = 120

// Problem is one thing that is wrong with one file.
type Problem struct {
	File  string // path inside the folder
	Line  int    // from 1; 0 where the trouble is with the file as a whole
	Field string // of the front matter; "" where the trouble is elsewhere
	Err   error
}

func (p *Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Field != "" {
		b.WriteString(": " + p.Field)
	}
	b.WriteString(": " + p.Err.Error())
	return b.String()
}

// Unwrap returns what is wrong, without the place.
func (p *Problem) Unwrap() error { return p.Err }

// Load reads every .md and .txt file of a folder and what is below it, and returns the documents in the order of their
// ids. When any file is broken it returns no document, and an error that joins a *Problem for each thing that is wrong
// with each file.
func Load(fsys fs.FS) ([]*retrieval.Document, error) {
	var docs []*retrieval.Document
	var problems []error
	type origin struct {
		file string
		line int
	}
	seen := make(map[string]origin)
	err := walk(fsys, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			problems = append(problems, &Problem{File: name, Err: err})
			return nil //nolint:nilerr // it is told with the others, after the rest was read
		}
		doc, idLine, found := load(fsys, name)
		for _, p := range found {
			p.File = name
			problems = append(problems, p)
		}
		if doc.ID != "" {
			if first, twice := seen[doc.ID]; twice {
				problems = append(problems, &Problem{File: name, Line: idLine, Field: "id",
					Err: fmt.Errorf("%q is already the id of %s:%d; give one of the two another id", doc.ID, first.file, first.line)})
			} else {
				seen[doc.ID] = origin{name, idLine}
			}
		}
		docs = append(docs, doc)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	if len(docs) == 0 {
		return nil, errors.New("no .md or .txt file in the folder")
	}
	slices.SortFunc(docs, func(a, b *retrieval.Document) int { return strings.Compare(a.ID, b.ID) })
	return docs, nil
}

// walk calls each with the files that are documents, and with what can't be read.
func walk(fsys fs.FS, each func(name string, entry fs.DirEntry, err error) error) error {
	return fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return each(name, entry, err)
		case name != "." && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir() || format(name) == "":
			return nil
		}
		return each(name, entry, nil)
	})
}

// format returns ".md" or ".txt", or "" for a file that is no document.
func format(name string) string {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".md", ".txt":
		return ext
	}
	return ""
}

// load returns the document as far as it could be read, the line of its id, and what is wrong with it.
func load(fsys fs.FS, name string) (*retrieval.Document, int, []*Problem) {
	text, err := read(fsys, name)
	if err != nil {
		if p, ok := errors.AsType[*Problem](err); ok {
			return &retrieval.Document{}, 0, []*Problem{p}
		}
		return &retrieval.Document{}, 0, []*Problem{{Err: err}}
	}
	if format(name) == ".txt" {
		doc, problems := plain(name, text)
		return doc, 1, problems
	}
	return markdown(text)
}

// read returns a file's text with line ends as \n and without a byte order mark.
func read(fsys fs.FS, name string) (string, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", errors.New("is not a regular file")
	}
	if info.Size() > MaxFileBytes {
		return "", fmt.Errorf("has %d bytes, more than the %d that a file may have; split it", info.Size(), MaxFileBytes)
	}
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return "", err
	}
	if bytes.HasPrefix(raw, []byte{0xFF, 0xFE}) || bytes.HasPrefix(raw, []byte{0xFE, 0xFF}) {
		return "", errors.New("is UTF-16; save it as UTF-8")
	}
	raw = bytes.TrimPrefix(raw, []byte("\uFEFF"))
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRune(raw[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return "", &Problem{Line: lineAt(raw, i), Err: fmt.Errorf("byte 0x%02X is not UTF-8; save the file as UTF-8", raw[i])}
		case r == 0:
			return "", &Problem{Line: lineAt(raw, i), Err: errors.New("has a NUL byte; a text file has none")}
		}
		i += size
	}
	return string(raw), nil
}

func lineAt(raw []byte, offset int) int { return 1 + bytes.Count(raw[:offset], []byte("\n")) }

// plain makes a document of a text file without metadata.
func plain(name, text string) (*retrieval.Document, []*Problem) {
	// Some systems store names decomposed; a typed id is composed.
	id := norm.NFC.String(strings.TrimSuffix(path.Base(name), path.Ext(name)))
	doc := &retrieval.Document{ID: id, Title: id, Kind: retrieval.KindText, Text: strings.TrimSpace(text)}
	if err := checkID(id); err != nil {
		return doc, []*Problem{{Field: "id", Err: fmt.Errorf("%w; rename the file", err)}}
	}
	if doc.Text == "" {
		return doc, []*Problem{{Line: 1, Err: errEmptyBody}}
	}
	first, _, more := strings.Cut(doc.Text, "\n")
	if first = strings.TrimSpace(strings.TrimLeft(first, "#")); more && first != "" && utf8.RuneCountInString(first) <= maxTitleRunes {
		doc.Title = first
	}
	return doc, nil
}

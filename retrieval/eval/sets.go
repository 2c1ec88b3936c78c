package eval

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"passerelle/retrieval"
)

// ReadSQuAD reads questions over paragraphs in the format of SQuAD 1.1 and 2.0: data[].paragraphs[].context with
// qas[].question. Each distinct paragraph is a document, without a title, so that a question is found by the paragraph
// alone; questions marked impossible have no gold paragraph and are left out. All questions are in one language.
func ReadSQuAD(r io.Reader, language string) (Set, error) {
	var file struct {
		Data []struct {
			Paragraphs []struct {
				Context string `json:"context"`
				QAs     []struct {
					Question   string `json:"question"`
					Impossible bool   `json:"is_impossible"`
				} `json:"qas"`
			} `json:"paragraphs"`
		} `json:"data"`
	}
	content, err := io.ReadAll(r)
	if err != nil {
		return Set{}, err
	}
	if !utf8.Valid(content) {
		return Set{}, fmt.Errorf("not UTF-8 text")
	}
	if err := json.Unmarshal(content, &file); err != nil {
		return Set{}, fmt.Errorf("%snot a SQuAD file: %w", where(content, err), err)
	}
	var set Set
	ids := map[string]string{}
	for a, article := range file.Data {
		for p, paragraph := range article.Paragraphs {
			if strings.TrimSpace(paragraph.Context) == "" {
				return Set{}, fmt.Errorf("data[%d].paragraphs[%d].context is empty", a, p)
			}
			id, known := ids[paragraph.Context]
			if !known {
				id = fmt.Sprintf("paragraph-%05d", len(ids)+1)
				ids[paragraph.Context] = id
				set.Documents = append(set.Documents, &retrieval.Document{ID: id, Kind: retrieval.KindText, Language: language, Text: paragraph.Context})
			}
			for q, qa := range paragraph.QAs {
				switch {
				case qa.Impossible:
				case strings.TrimSpace(qa.Question) == "":
					return Set{}, fmt.Errorf("data[%d].paragraphs[%d].qas[%d].question is empty", a, p, q)
				default:
					set.Questions = append(set.Questions, Question{Text: qa.Question, Language: language, Gold: []string{id}})
				}
			}
		}
	}
	if len(set.Questions) == 0 {
		return Set{}, fmt.Errorf("no questions; a SQuAD file has data[].paragraphs[].qas[].question")
	}
	return set, nil
}

// where turns the byte offset of a JSON error into "line N: ".
func where(content []byte, err error) string {
	var offset int64
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &wrongType):
		offset = wrongType.Offset
	default:
		return ""
	}
	offset = min(offset, int64(len(content)))
	return fmt.Sprintf("line %d: ", bytes.Count(content[:offset], []byte("\n"))+1)
}

// ReadParallel reads sentences in several languages, a column each. Every row's sentence in the target language is a
// document; the row's sentence in the query language, or its first words when words is not 0, must find it. Rows whose
// target sentences are the same text are one document.
func ReadParallel(r io.Reader, query, target string, words int) (Set, error) {
	if query == target {
		return Set{}, fmt.Errorf("query and target are both %s; name two columns", query)
	}
	if words < 0 {
		return Set{}, fmt.Errorf("the first %d words of a sentence; give a number from 1, or 0 for all", words)
	}
	var set Set
	ids := map[string]string{}
	err := readTSV(r, []string{query, target}, nil, func(row int, cells []string) error {
		question, text := cells[0], cells[1]
		if words > 0 {
			fields := strings.Fields(question)
			question = strings.Join(fields[:min(words, len(fields))], " ")
		}
		id, known := ids[text]
		if !known {
			id = fmt.Sprintf("row-%06d", row)
			ids[text] = id
			set.Documents = append(set.Documents, &retrieval.Document{ID: id, Kind: retrieval.KindText, Language: target, Text: text})
		}
		set.Questions = append(set.Questions, Question{Text: question, Language: query, Gold: []string{id}})
		return nil
	})
	return set, err
}

// ReadQuestions reads questions over the corpus at hand: a column for each language, gold, a comma list of document ids,
// and, where there is such a column, sentence, the one that answers. Other columns are ignored. Every gold id must be
// known.
//
// Half of the questions are marked KeptBack, by chance that anyone can repeat: those where the first byte of the sha256 of
// gold, a tabulator and the French question is odd. A set without a French column has none.
func ReadQuestions(r io.Reader, language string, known func(id string) bool) (Set, error) {
	var set Set
	err := readTSV(r, []string{language, "gold"}, []string{"sentence", "fr"}, func(_ int, cells []string) error {
		var gold []string
		for id := range strings.SplitSeq(cells[1], ",") {
			id = strings.TrimSpace(id)
			if !known(id) {
				return fmt.Errorf("gold document %q is not in the corpus", id)
			}
			gold = append(gold, id)
		}
		set.Questions = append(set.Questions, Question{
			Text: cells[0], Language: language, Gold: gold, Sentence: cells[2],
			KeptBack: cells[3] != "" && sha256.Sum256([]byte(cells[1] + "\t" + cells[3]))[0]%2 == 1,
		})
		return nil
	})
	return set, err
}

// maxLineBytes bounds a line of a table; the longest row of the known sets has about 2 kB.
const maxLineBytes = 1 << 20

// readTSV reads a table of tab-separated columns under a header line, without quoting. each gets the number of the row
// from 1 and its cells of the wanted columns, none of them empty, then of the optional ones, "" where the table has no such
// column. Errors name the line.
func readTSV(r io.Reader, wanted, optional []string, each func(row int, cells []string) error) error {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxLineBytes)
	line, width, rows := 0, 0, 0
	var columns []int
	for scanner.Scan() {
		line++
		text := strings.TrimSuffix(scanner.Text(), "\r")
		if !utf8.ValidString(text) {
			return fmt.Errorf("line %d: not UTF-8 text", line)
		}
		if line == 1 {
			header := strings.Split(strings.TrimPrefix(text, "\uFEFF"), "\t")
			width = len(header)
			for _, name := range wanted {
				at := slices.Index(header, name)
				if at < 0 {
					return fmt.Errorf("line 1: no column %q; the header has %s", name, strings.Join(header, ", "))
				}
				columns = append(columns, at)
			}
			for _, name := range optional {
				columns = append(columns, slices.Index(header, name))
			}
			continue
		}
		if text == "" {
			continue
		}
		all := strings.Split(text, "\t")
		if len(all) != width {
			return fmt.Errorf("line %d: %d columns, the header has %d", line, len(all), width)
		}
		rows++
		var cells []string
		for i, at := range columns {
			if at < 0 {
				cells = append(cells, "")
				continue
			}
			cell := strings.TrimSpace(all[at])
			if cell == "" && i < len(wanted) {
				return fmt.Errorf("line %d: column %q is empty", line, wanted[i])
			}
			cells = append(cells, cell)
		}
		if err := each(rows, cells); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
	if err := scanner.Err(); err != nil {
		return fmt.Errorf("line %d: %w", line+1, err)
	}
	if rows == 0 {
		return fmt.Errorf("no rows below the header")
	}
	return nil
}

package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"passerelle/retrieval/bleveindex"
	"passerelle/retrieval/vectors"
)

// A segment is an index of some documents with their vectors, in a folder of its own, named by its fingerprint:
//
//	DIR/NAME-FINGERPRINT/manifest.json   its documents, and what is here, with checksums
//	DIR/NAME-FINGERPRINT/words/          the terms
//	DIR/NAME-FINGERPRINT/vectors.bin     the vectors made so far, by the keys of their texts, with a checksum of its own
//	DIR/NAME.lock                        held by the one process that builds
//	DIR/NAME.vectors.lock                held by the one process that makes vectors
//
// Manifest and words are never changed once the folder has its name. The vectors grow: their file is replaced whole, by
// one process at a time, at intervals and at the end; a process that is killed loses those of the last interval. A file
// of vectors that can't be read costs the vectors alone, and a new segment takes over what earlier ones know.
//
// Which of a segment's documents are searched is written nowhere: those that the corpus has, in the very words.
const (
	manifestName = "manifest.json"
	wordsName    = "words"
	vectorsName  = "vectors.bin"
	partName     = vectorsName + ".part" // of a file of vectors that is being written
	shortPrint   = 16                    // characters of the fingerprint that name a folder
)

type manifest struct {
	Recipe    string            // that it is made by
	Documents []memberDocument  // ascending by id
	Files     map[string]uint32 // CRC-32C by path
	Sum       uint32            // CRC-32C of this manifest, with 0 for the sum
}

func (m manifest) fingerprint() string { return fingerprint(m.Recipe, m.Documents) }

func (m manifest) bytes() ([]byte, error) {
	m.Sum = 0
	data, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	m.Sum = crc32.Checksum(data, castagnoli())
	return json.MarshalIndent(m, "", "\t")
}

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// errDamaged: what is there is not what was written.
var errDamaged = errors.New("damaged")

// readManifest returns errDamaged where what is there is not what was written, and another error where it may not be read:
// then it may be sound, and is left alone.
func readManifest(path string) (m manifest, err error) {
	data, err := os.ReadFile(filepath.Join(path, manifestName))
	if err != nil {
		return m, unreadable(path, err)
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("%w: %s: %w", errDamaged, manifestName, err)
	}
	if m.Recipe == "" && len(m.Documents) == 0 {
		return m, nil // as earlier versions of the program wrote it
	}
	again, err := m.bytes()
	if err != nil || !m.ordered() || string(again) != string(data) || !strings.HasSuffix(path, "-"+m.fingerprint()[:shortPrint]) {
		return m, fmt.Errorf("%w: %s is not as it was written", errDamaged, manifestName)
	}
	return m, nil
}

// ordered tells that no document is there twice, and none has less than nothing.
func (m manifest) ordered() bool {
	for i, d := range m.Documents {
		if d.Passages < 0 || d.Sentences < 0 || i > 0 && m.Documents[i-1].ID >= d.ID {
			return false
		}
	}
	return true
}

// unreadable says why an index can't be read: it is damaged, unless the system refuses.
func unreadable(path string, err error) error {
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		return fmt.Errorf("the index %s can't be read: %w", path, err)
	}
	return fmt.Errorf("%w: %w", errDamaged, err)
}

// segment is an open one.
type segment struct {
	path     string
	manifest manifest
	words    *bleveindex.Segment
	bytes    int64 // of the words
	starts   []unitStart
	vectors  *vectors.Set
	rows     []*documentRows // by document; nil for one that was not searched when the segment was opened
	wanted   wanted          // texts that are to have a vector; none where all have
	views    int             // that it is searched by; guarded by the Searcher
}

// unitStart is the number of a document's first passage and sentence.
type unitStart struct{ passage, sentence int }

// documentRows are the rows of the vectors of one document's texts.
type documentRows struct {
	document                     int32
	passages, sentences, titleds []int32
}

// openSegment opens words alone. Its errors are readManifest's.
func openSegment(path string, m manifest) (*segment, error) {
	s := &segment{path: path, manifest: m, rows: make([]*documentRows, len(m.Documents))}
	sums, size, err := checksums(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	s.bytes = size
	for name, sum := range m.Files {
		if got, ok := sums[name]; !ok || got != sum {
			return nil, fmt.Errorf("%w: %s is missing or changed", errDamaged, name)
		}
	}
	if s.words, err = bleveindex.OpenSegment(filepath.Join(path, wordsName)); err != nil {
		return nil, unreadable(path, err)
	}
	var at unitStart
	for _, d := range m.Documents {
		s.starts = append(s.starts, at)
		at.passage, at.sentence = at.passage+d.Passages, at.sentence+d.Sentences
	}
	units := func(l bleveindex.Level, n int) bool { return s.words.Units(l) == n }
	if !units(bleveindex.Document, len(m.Documents)) || !units(bleveindex.Passage, at.passage) || !units(bleveindex.Sentence, at.sentence) {
		return nil, errors.Join(fmt.Errorf("%w: it has other units than its manifest says", errDamaged), s.words.Close())
	}
	return s, nil
}

func (s *segment) vectorsPath() string { return filepath.Join(s.path, vectorsName) }

func (s *segment) close() error {
	err := s.words.Close()
	if s.vectors != nil {
		err = errors.Join(err, s.vectors.Close())
	}
	return err
}

// useVectors finds the rows of the documents that are searched, by their numbers in the segment. It is false, and changes
// nothing, when the set has no row for one of their texts.
func (s *segment) useVectors(set *vectors.Set, live []*cut) bool {
	found := make([]*documentRows, len(s.rows))
	for i, c := range live {
		if c == nil {
			continue
		}
		if found[i] = rowsOf(c, set); found[i] == nil {
			return false
		}
	}
	s.vectors, s.rows = set, found
	return true
}

// rowsOf is nil when the set has no row for one of the texts.
func rowsOf(c *cut, set *vectors.Set) *documentRows {
	missing := false
	row := func(text string) int32 {
		n, ok := set.Row(vectors.KeyOf(text))
		missing = missing || !ok
		return int32(n)
	}
	r := &documentRows{document: row(c.whole())}
	for i := range c.passages {
		r.passages = append(r.passages, row(c.passage(i)))
	}
	for i := range c.sentences {
		r.sentences = append(r.sentences, row(c.sentence(i)))
		r.titleds = append(r.titleds, row(c.titled(i)))
	}
	if missing {
		return nil
	}
	return r
}

// numbers are those of the segment's units in a corpus, for which documents tells the documents' numbers.
func (s *segment) numbers(c *corpus, documents []int32) (n bleveindex.Numbers) {
	n[bleveindex.Document] = documents
	for i, m := range s.manifest.Documents {
		to := unitStart{bleveindex.Removed, bleveindex.Removed}
		if documents[i] != bleveindex.Removed {
			to = c.starts[documents[i]]
		}
		n[bleveindex.Passage] = appendNumbers(n[bleveindex.Passage], to.passage, m.Passages)
		n[bleveindex.Sentence] = appendNumbers(n[bleveindex.Sentence], to.sentence, m.Sentences)
	}
	return n
}

func appendNumbers(list []int32, from, n int) []int32 {
	for i := range n {
		if from == bleveindex.Removed {
			list = append(list, bleveindex.Removed)
		} else {
			list = append(list, int32(from+i))
		}
	}
	return list
}

// checksums reads every file below path but the manifest and the vectors.
func checksums(path string) (sums map[string]uint32, size int64, err error) {
	table := castagnoli()
	sums = map[string]uint32{}
	err = filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(path, file)
		if err != nil || slices.Contains([]string{manifestName, vectorsName, partName}, name) {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		size += int64(len(data))
		sums[filepath.ToSlash(name)] = crc32.Checksum(data, table)
		return nil
	})
	return sums, size, err
}

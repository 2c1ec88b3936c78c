package local

import (
	"context"
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
	"time"

	"github.com/gofrs/flock"

	"passerelle/retrieval/bleveindex"
	"passerelle/retrieval/gazetteer"
	"passerelle/retrieval/vectors"
)

// A generation is one index with its vectors, in a folder of its own, named by its fingerprint:
//
//	DIR/NAME-FINGERPRINT/manifest.json   what is here, with checksums
//	DIR/NAME-FINGERPRINT/words/          the index
//	DIR/NAME-FINGERPRINT/vectors.bin     the vectors made so far, by the keys of their texts, with a checksum of its own
//	DIR/NAME.lock                        held by the one process that builds
//	DIR/NAME.vectors.lock                held by the one process that makes vectors
//
// Manifest and words are never changed once the folder has its name. The vectors grow: their file is replaced whole, by
// one process at a time, at intervals and at the end; a process that is killed loses those of the last interval. A file
// of vectors that can't be read costs the vectors alone, and a new generation takes over what earlier ones know.
const (
	manifestName = "manifest.json"
	wordsName    = "words"
	vectorsName  = "vectors.bin"
	partName     = vectorsName + ".part" // of a file of vectors that is being written
	lockPatience = 200 * time.Millisecond
	shortPrint   = 16 // characters of the fingerprint that name a folder
)

type manifest struct {
	Fingerprint string
	Languages   []string          // the documents' languages
	Files       map[string]uint32 // CRC-32C by path
}

type generation struct {
	path     string
	manifest manifest
	words    *bleveindex.Index
	bytes    int64 // of the words
}

func (g *generation) vectorsPath() string { return filepath.Join(g.path, vectorsName) }

func (g *generation) close() error { return g.words.Close() }

// errDamaged: what is there is not what was written.
var errDamaged = errors.New("damaged")

// openGeneration returns fs.ErrNotExist where there is none, errDamaged where what is there is not what was written, and
// another error where it may not be read: then it may be sound, and is left alone.
func openGeneration(path, fingerprint string, cacheBytes int64) (*generation, error) {
	data, err := os.ReadFile(filepath.Join(path, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		if _, statErr := os.Stat(path); statErr == nil {
			return nil, fmt.Errorf("%w: %w", errDamaged, err)
		}
		return nil, err
	}
	if err != nil {
		return nil, unreadable(path, err)
	}
	g := &generation{path: path}
	if err := json.Unmarshal(data, &g.manifest); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", errDamaged, manifestName, err)
	}
	if g.manifest.Fingerprint != fingerprint {
		return nil, fmt.Errorf("%w: it is of other documents", errDamaged)
	}
	sums, size, err := checksums(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	g.bytes = size
	for name, sum := range g.manifest.Files {
		if got, ok := sums[name]; !ok || got != sum {
			return nil, fmt.Errorf("%w: %s is missing or changed", errDamaged, name)
		}
	}
	if g.words, err = bleveindex.Open(filepath.Join(path, wordsName), cacheBytes); err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	return g, nil
}

// unreadable says why an index can't be read: it is damaged, unless the system refuses.
func unreadable(path string, err error) error {
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
		return fmt.Errorf("the index %s can't be read: %w", path, err)
	}
	return fmt.Errorf("%w: %w", errDamaged, err)
}

// readVectors reads what earlier processes have made.
func (g *generation) readVectors() (*vectors.Set, error) {
	file, err := os.ReadFile(g.vectorsPath())
	if err != nil {
		return nil, err
	}
	return vectors.Read(file)
}

// checksums reads every file below path but the manifest and the vectors.
func checksums(path string) (sums map[string]uint32, size int64, err error) {
	table := crc32.MakeTable(crc32.Castagnoli)
	sums = map[string]uint32{}
	err = filepath.WalkDir(path, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(path, file)
		if err != nil || name == manifestName || name == vectorsName || name == partName {
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

// builder makes the generation of a corpus.
type builder struct {
	options     Options
	corpus      *corpus
	fingerprint string
	places      *gazetteer.Gazetteer
	set         *vectors.Set // filled with what is known
}

func (b *builder) path() string {
	return filepath.Join(b.options.Dir, b.options.Name+"-"+b.fingerprint[:shortPrint])
}

// open opens the generation, after building it where there is none or a damaged one.
func (b *builder) open(ctx context.Context) (*generation, error) {
	g, err := openGeneration(b.path(), b.fingerprint, b.options.cacheBytes())
	if err == nil {
		b.takeOver(g)
		return g, nil
	}
	if err := os.MkdirAll(b.options.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("the data directory can't be made: %w", err)
	}
	lock := flock.New(filepath.Join(b.options.Dir, b.options.Name+".lock"))
	if _, err := lock.TryLockContext(ctx, lockPatience); err != nil {
		return nil, fmt.Errorf("waiting for another process to build %s: %w", b.path(), err)
	}
	defer func() { _ = lock.Unlock() }() // it goes with the process in any case
	if g, err = openGeneration(b.path(), b.fingerprint, b.options.cacheBytes()); err == nil {
		b.takeOver(g)
		return g, nil // another process built it while this one waited
	}
	if !errors.Is(err, errDamaged) && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	b.takeOverOthers()
	if errors.Is(err, errDamaged) {
		b.options.say("warning: the index %s can't be used (%v); it is being rebuilt\n", b.path(), err)
		if err := os.RemoveAll(b.path()); err != nil {
			return nil, fmt.Errorf("the damaged index can't be removed: %w", err)
		}
	}
	if err := b.build(ctx); err != nil {
		return nil, err
	}
	g, err = openGeneration(b.path(), b.fingerprint, b.options.cacheBytes())
	if err != nil {
		return nil, fmt.Errorf("index %s was built and can't be opened: %w", b.path(), err)
	}
	b.removeOthers()
	return g, nil
}

func (o Options) say(format string, args ...any) {
	if o.Progress != nil {
		_, _ = fmt.Fprintf(o.Progress, format, args...) // progress that can't be shown stops nothing
	}
}

// takeOver fills the set from the generation, and from vectors made ahead where those are damaged.
func (b *builder) takeOver(g *generation) {
	known, err := g.readVectors()
	if err == nil {
		b.set.Take(known)
		return
	}
	b.options.say("warning: the vectors of %s can't be used (%v); they are being made again\n", g.path, err)
	b.takeOverOthers()
}

// takeOverOthers fills the set from vectors made ahead and from every generation of this name.
func (b *builder) takeOverOthers() {
	take := func(file []byte) {
		if known, err := vectors.Read(file); err == nil { // what can't be read is made again
			b.set.Take(known)
		}
	}
	if b.options.Vectors != nil {
		take(b.options.Vectors)
	}
	for _, path := range b.generations() {
		if file, err := os.ReadFile(filepath.Join(path, vectorsName)); err == nil {
			take(file)
		}
	}
}

// build writes the generation beside its place, then gives it its name.
func (b *builder) build(ctx context.Context) (err error) {
	start := time.Now()
	b.sweep()
	temporary, err := os.MkdirTemp(b.options.Dir, "."+b.options.Name+".build-")
	if err != nil {
		return fmt.Errorf("the data directory can't be written to: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temporary)) }() // after the rename there is nothing left of that name
	a := &analyser{places: b.places, languages: map[string]bool{}}
	if err := bleveindex.Build(ctx, filepath.Join(temporary, wordsName), a.units(b.corpus)); err != nil {
		return err
	}
	if err := writeFile(filepath.Join(temporary, vectorsName), b.set.Bytes()); err != nil {
		return fmt.Errorf("vectors: %w", err)
	}
	m := manifest{Fingerprint: b.fingerprint}
	for l := range a.languages {
		m.Languages = append(m.Languages, l)
	}
	slices.Sort(m.Languages)
	if m.Files, _, err = checksums(temporary); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	data, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	if err := os.WriteFile(filepath.Join(temporary, manifestName), data, 0o644); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	if err := os.Rename(temporary, b.path()); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	b.options.say("indexed %d documents, %d passages, %d sentences in %.1f s\n",
		len(b.corpus.documents), len(b.corpus.passages), len(b.corpus.sentences), time.Since(start).Seconds())
	return nil
}

// progress tells every few seconds how far the encoding is; short ones pass in silence.
func (o Options) progress() func(done, total int) {
	said := time.Now()
	return func(done, total int) {
		if time.Since(said) > 5*time.Second {
			said = time.Now()
			o.say("encoding: %d of %d texts\n", done, total)
		}
	}
}

// generations lists the folders of this name.
func (b *builder) generations() []string {
	entries, err := os.ReadDir(b.options.Dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		short, ok := strings.CutPrefix(e.Name(), b.options.Name+"-")
		if ok && e.IsDir() && len(short) == shortPrint && strings.Trim(short, "0123456789abcdef") == "" {
			out = append(out, filepath.Join(b.options.Dir, e.Name()))
		}
	}
	return out
}

// removeOthers removes earlier generations. A process that still reads one keeps its open files where the system allows
// that; elsewhere the removal fails and is tried again after the next build.
func (b *builder) removeOthers() {
	for _, path := range b.generations() {
		if path != b.path() {
			_ = os.RemoveAll(path)
		}
	}
}

// sweep removes what builds that were killed left behind; the lock is held, so none is under way.
func (b *builder) sweep() {
	left, err := filepath.Glob(filepath.Join(b.options.Dir, "."+b.options.Name+".build-*"))
	if err != nil {
		return
	}
	for _, path := range left {
		_ = os.RemoveAll(path)
	}
}

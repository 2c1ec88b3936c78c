package bleveindex

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	zap "github.com/blevesearch/scorch_segment_api/v2"
)

// Segment is a folder that Build wrote, open for reading. It is never changed: what is removed or replaced of it, the Index
// says that it is searched by. It is safe for concurrent use.
type Segment struct {
	store    bleve.Index
	reader   index.IndexReader
	snapshot *scorch.IndexSnapshot // the reader's
	places   []place               // by bleve's document number
	lengths  unitLengths

	open   sync.RWMutex // held for reading while bleve's files are read, so that Close unmaps none of them
	closed bool
}

// unitLengths is how many terms each unit has, by level and number.
type unitLengths [levels][]uint32

// place is which unit one of bleve's documents is.
type place struct {
	number uint32 // within its level and segment
	level  Level
}

// OpenSegment opens a folder that Build wrote; several processes can.
func OpenSegment(path string) (s *Segment, err error) {
	defer func() {
		if r := recover(); r != nil { // a truncated file makes the segment reader slice out of bounds
			s, err = nil, fmt.Errorf("index %s is damaged: %v", path, r)
		}
	}()
	data, err := os.ReadFile(filepath.Join(path, lengthsName))
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	s = &Segment{}
	if s.lengths, err = readUnitLengths(data); err != nil {
		return nil, fmt.Errorf("index %s: %s: %w", path, lengthsName, err)
	}
	if s.store, err = bleve.OpenUsing(filepath.Join(path, storeName), map[string]any{"read_only": true}); err != nil {
		return nil, fmt.Errorf("index %s: %w", path, err)
	}
	if err := s.start(); err != nil {
		return nil, fmt.Errorf("index %s: %w", path, errors.Join(err, s.store.Close()))
	}
	return s, nil
}

func (s *Segment) start() error {
	advanced, err := s.store.Advanced()
	if err != nil {
		return err
	}
	if s.reader, err = advanced.Reader(); err != nil {
		return err
	}
	var ok bool
	if s.snapshot, ok = s.reader.(*scorch.IndexSnapshot); !ok {
		return errors.Join(fmt.Errorf("an index of type %T, not scorch", advanced), s.reader.Close())
	}
	if err := s.readPlaces(); err != nil {
		return errors.Join(err, s.reader.Close())
	}
	return nil
}

// readPlaces learns which unit each of bleve's documents is, and that none is missing.
func (s *Segment) readPlaces() error {
	total := 0
	var seen [levels][]bool
	for l := range s.lengths {
		seen[l] = make([]bool, len(s.lengths[l]))
		total += len(s.lengths[l])
	}
	if n, err := s.reader.DocCount(); err != nil || n != uint64(total) {
		return errors.Join(err, fmt.Errorf("%d units, not %d", n, total))
	}
	ids, err := s.reader.DocIDReaderAll()
	if err != nil {
		return err
	}
	s.places = make([]place, total)
	for {
		internal, err := ids.Next()
		if err != nil {
			return errors.Join(err, ids.Close())
		}
		if internal == nil {
			return ids.Close()
		}
		id, err := s.reader.ExternalID(internal)
		if err != nil {
			return errors.Join(err, ids.Close())
		}
		level, n := -1, 0
		if id != "" {
			level = strings.IndexByte(levelFields, id[0])
			n, err = strconv.Atoi(id[1:])
		}
		doc := docNumber(internal)
		if err != nil || level < 0 || n < 0 || n >= len(seen[level]) || seen[level][n] || doc >= uint64(total) {
			return errors.Join(fmt.Errorf("unexpected unit %q", id), ids.Close())
		}
		seen[level][n], s.places[doc] = true, place{uint32(n), Level(level)}
	}
}

// docNumber reads scorch's internal id: the document's number in the snapshot, big endian.
func docNumber(id index.IndexInternalID) uint64 { return binary.BigEndian.Uint64(id) }

// ErrClosed is what an index says that was closed.
var ErrClosed = errors.New("the index is closed")

// Close waits for what is being read and releases the segment. What is asked of it later fails with ErrClosed.
func (s *Segment) Close() error {
	s.open.Lock()
	defer s.open.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	return errors.Join(s.reader.Close(), s.store.Close())
}

// Units is how many units a level has.
func (s *Segment) Units(l Level) int { return len(s.lengths[l]) }

// postings calls each with the units of a level that have a term, and how often, in no order.
func (s *Segment) postings(l Level, term string, each func(unit uint32, frequency uint64)) error {
	return s.read(levelFields[l:l+1], term, func(p place, frequency uint64) bool {
		each(p.number, frequency)
		return true
	})
}

// read calls each with the units that have a term in a field, until it says false.
func (s *Segment) read(field, term string, each func(p place, frequency uint64) bool) error {
	s.open.RLock()
	defer s.open.RUnlock()
	if s.closed {
		return ErrClosed
	}
	base := uint64(0)
	for _, part := range s.snapshot.Segments() {
		more, err := s.readOne(part.Segment(), base, field, term, each)
		if err != nil || !more {
			return err
		}
		base += uint64(part.FullSize())
	}
	return nil
}

// readOne reads one of bleve's segments, whose documents are numbered from base on.
func (s *Segment) readOne(z zap.Segment, base uint64, field, term string, each func(p place, frequency uint64) bool) (more bool, err error) {
	dictionary, err := z.Dictionary(field)
	if err != nil {
		return false, err
	}
	postings, err := dictionary.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return false, err
	}
	it := postings.Iterator(true, false, false, nil)
	for {
		p, err := it.Next()
		if err != nil {
			return false, err
		}
		if p == nil {
			return true, nil
		}
		doc := base + p.Number()
		if doc >= uint64(len(s.places)) {
			return false, fmt.Errorf("unit %d of %d", doc, len(s.places))
		}
		if !each(s.places[doc], p.Frequency()) {
			return false, nil
		}
	}
}

// vocabulary calls each with the terms of a field.
func (s *Segment) vocabulary(field string, each func(term string)) (err error) {
	s.open.RLock()
	defer s.open.RUnlock()
	if s.closed {
		return ErrClosed
	}
	d, err := s.reader.FieldDict(field)
	if err != nil {
		return err
	}
	defer func() {
		if c, ok := d.(io.Closer); ok {
			err = errors.Join(err, c.Close())
		}
	}()
	for {
		e, err := d.Next()
		if err != nil || e == nil {
			return err
		}
		each(e.Term)
	}
}

// unitLengths as a file: for each level how many units it has and the terms of each, all unsigned varints.

func (l *unitLengths) bytes() []byte {
	var out []byte
	for _, units := range l {
		out = binary.AppendUvarint(out, uint64(len(units)))
		for _, n := range units {
			out = binary.AppendUvarint(out, uint64(n))
		}
	}
	return out
}

func readUnitLengths(file []byte) (l unitLengths, err error) {
	for level := range l {
		count, err := takeUvarint(&file)
		if err != nil || count > uint64(len(file)) { // each takes a byte at least
			return l, errors.Join(err, fmt.Errorf("%d units of level %d", count, level))
		}
		l[level] = make([]uint32, count)
		for i := range l[level] {
			n, err := takeUvarint(&file)
			if err != nil || n > math.MaxUint32 {
				return l, errors.Join(err, fmt.Errorf("unit %d of level %d has %d terms", i, level, n))
			}
			l[level][i] = uint32(n)
		}
	}
	if len(file) > 0 {
		return l, fmt.Errorf("%d bytes too many", len(file))
	}
	return l, nil
}

func takeUvarint(file *[]byte) (uint64, error) {
	x, n := binary.Uvarint(*file)
	if n <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	*file = (*file)[n:]
	return x, nil
}

package encoder_test

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"passerelle/retrieval/encoder"
)

const question = "Où se trouve la plus vieille église de Kalouga ?"

var passage = strings.Repeat("Калужская область и регион сотрудничают с 2004 года; la délégation visite l'usine, the agreement covers schools. ", 3)

func open(t testing.TB) *encoder.Model {
	t.Helper()
	m, err := encoder.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func dot(a, b []float32) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestFingerprint(t *testing.T) {
	if err := encoder.Check(); err != nil {
		t.Error(err)
	}
}

func TestMeaning(t *testing.T) {
	m := open(t)
	q := m.Encode("столица Франции", true)
	near, far := dot(q, m.Encode("Paris est la capitale de la France.", false)), dot(q, m.Encode("Le beurre se conserve au réfrigérateur.", false))
	if near < far+0.05 {
		t.Errorf("near %.3f, far %.3f", near, far)
	}
}

func TestConcurrent(t *testing.T) {
	m := open(t)
	texts := []string{question, passage, strings.Repeat(passage, 4)}
	want := [3][]float32{}
	for i, s := range texts {
		want[i] = m.Encode(s, false)
	}
	var wg sync.WaitGroup
	for g := range 12 {
		wg.Go(func() {
			if !slices.Equal(m.Encode(texts[g%3], false), want[g%3]) {
				t.Error("another vector when run beside others")
			}
		})
	}
	wg.Wait()
}

func TestLazyLoadsOnce(t *testing.T) {
	var lazy encoder.Lazy
	models := make([]*encoder.Model, 8)
	var wg sync.WaitGroup
	for i := range models {
		wg.Go(func() {
			var err error
			if models[i], err = lazy.Model(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, m := range models {
		if m == nil || m != models[0] {
			t.Errorf("models %p and %p", m, models[0])
		}
	}
}

// Word vectors are asked for by layer; the sentence's is the same as Encode's, but for the share of the marks.
func TestEncodeBoth(t *testing.T) {
	m := open(t)
	ids := m.Tokenize("query: " + question)
	for _, c := range []struct{ layer, last int }{{7, 12}, {7, 7}, {12, 12}, {0, 0}, {13, 99}, {9, 7}} {
		sentence, tokens := m.EncodeBoth(ids, c.layer, c.last)
		if len(sentence) != encoder.Dim || len(tokens) != len(ids)*encoder.Dim {
			t.Fatalf("layers %v: %d floats, and %d for %d pieces", c, len(sentence), len(tokens), len(ids))
		}
		for i := range ids {
			row := tokens[i*encoder.Dim : (i+1)*encoder.Dim]
			if length := dot(row, row); math.Abs(length-1) > 1e-5 {
				t.Errorf("layers %v: piece %d has length %v", c, i, length)
			}
		}
	}
	sentence, _ := m.EncodeBoth(ids, 7, 12)
	if same := dot(sentence, m.Encode(question, true)); same < 0.99999 {
		t.Errorf("cosine %v with Encode", same)
	}
	if sentence, tokens := m.EncodeBoth(nil, 7, 12); len(tokens) != 0 || math.Abs(dot(sentence, sentence)-1) > 1e-5 {
		t.Errorf("no pieces: %d floats for them, the sentence's length %v", len(tokens), dot(sentence, sentence))
	}
}

func TestPiecesThatAreNone(t *testing.T) {
	m := open(t)
	if !slices.Equal(m.EncodeIDs([]int32{-1, 1 << 30}), m.EncodeIDs(slices.Repeat(m.Tokenize("\U0010fffd")[1:], 2))) {
		t.Error("pieces that do not exist are not taken as unknown ones")
	}
	for _, id := range []int32{-1, 1 << 30} {
		if got := m.Piece(id); got != "" {
			t.Errorf("piece %d is %q", id, got)
		}
	}
}

func FuzzEncode(f *testing.F) {
	for _, text := range []string{"", "é", "\xff\xfe", " \t\n", "\u200b", "a\x00b", "ﷺ", "e\u0301\u0301", "🇫🇷", question, passage} {
		f.Add(text)
	}
	m := open(f)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4000 {
			text = text[:4000] // more windows of the same
		}
		pieces := m.Tokenize(text)
		for _, id := range pieces {
			if id < 0 {
				t.Errorf("piece %d", id)
			}
		}
		for _, isQuery := range []bool{false, true} {
			v := m.Encode(text, isQuery)
			if length := dot(v, v); len(v) != encoder.Dim || math.IsNaN(length) || math.Abs(length-1) > 1e-5 {
				t.Errorf("%d floats, length² %v", len(v), length)
			}
		}
	})
}

// FuzzLoad damages the list of sections and some bytes of the pieces; what loads must encode without a panic.
func FuzzLoad(f *testing.F) {
	file, header := encoder.EmbeddedFile(), encoder.EmbeddedHeader()
	f.Add(header, uint32(0), []byte(nil))
	f.Add(header, uint32(7), []byte("\x00\x00"))
	f.Add(header[:len(header)/2], uint32(0), []byte(nil))
	for _, change := range [][2]string{{`"l": `, `"l": -`}, {`"o": `, `"o": 9`}, {`"s": `, `"s": 0`}, {`l7`, `l6`}, {`"s": [`, `"s": [0, `}, {`96]`, `0]`}} {
		f.Add([]byte(strings.ReplaceAll(string(header), change[0], change[1])), uint32(0), []byte(nil))
	}
	f.Add([]byte(`[]`), uint32(0), []byte(nil))
	f.Add([]byte(``), uint32(0), []byte(nil))

	const headerMost = 1 << 17
	body := file[4+len(header):]
	room := slices.Concat(make([]byte, 4+headerMost), body)
	f.Fuzz(func(t *testing.T, header []byte, at uint32, patch []byte) {
		if len(header) > headerMost || len(patch) > 1000 {
			return
		}
		data := room[headerMost-len(header):]
		length := uint32(len(header))
		data[0], data[1], data[2], data[3] = byte(length), byte(length>>8), byte(length>>16), byte(length>>24)
		copy(data[4:], header)
		patched := data[4+len(header)+int(at%uint32(len(body)-len(patch))):][:len(patch)]
		defer copy(patched, slices.Clone(patched))
		copy(patched, patch)

		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m, err := encoder.Load(data)
		runtime.ReadMemStats(&after)
		if most := uint64(16 * len(file)); after.TotalAlloc-before.TotalAlloc > most {
			t.Errorf("%d bytes allocated for a file of %d", after.TotalAlloc-before.TotalAlloc, len(data))
		}
		if err == nil {
			m.Encode("Калуга, l'été 2018", true)
		} else if !strings.HasPrefix(err.Error(), "encoder: damaged model file: ") {
			t.Errorf("error %q", err)
		}
	})
}

func TestDamagedFiles(t *testing.T) {
	file, header := encoder.EmbeddedFile(), encoder.EmbeddedHeader()
	with := func(was, is string) []byte {
		changed := strings.Replace(string(header), was, is, 1)
		if changed == string(header) {
			t.Fatalf("the list of sections has no %s", was)
		}
		return slices.Concat([]byte{byte(len(changed)), byte(len(changed) >> 8), 0, 0}, []byte(changed), file[4+len(header):])
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":             {nil, "it is empty"},
		"half a length":       {[]byte{1, 2, 3}, "it is empty"},
		"no sections":         {[]byte("\x02\x00\x00\x00[]"), `section "pos" has 0 bytes`},
		"list past the end":   {[]byte("\xff\xff\x00\x00[]"), "65535 bytes"},
		"list of 4 GB":        {[]byte("\xff\xff\xff\xff[]"), "4294967295 bytes"},
		"no JSON":             {[]byte("\x02\x00\x00\x00{]"), "invalid character"},
		"cut off":             {file[:len(file)-1], "lies outside"},
		"a layer's norm gone": {with(`"l11.ln2.w"`, `"l11.ln2.v"`), `"l11.ln2.w" has 0 bytes, not 1536`},
		"a short bias":        {with(`"l": 4608`, `"l": 4604`), "has 4604 bytes, not 4608"},
		"fewer scores":        {with(`"l": 192000`, `"l": 191996`), "more pieces than scores"},
		"pieces elsewhere":    {with(`"pieces", "o": 0`, `"pieces", "o": 40`), "piece"},
		"parts of no vector":  {with(`"s": [32003, 96]`, `"s": [32003, 0]`), "section codes has the shape [32003 0]"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := encoder.Load(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

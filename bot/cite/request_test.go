package cite_test

import (
	"strings"
	"testing"

	"passerelle/bot/cite"
)

func TestReadRequest(t *testing.T) {
	const form = `want {"passages":`
	tests := map[string]struct{ in, want string }{
		"all fields":        {`{"passages":[{"id":"a","text":"Lyon.","title":"T","date":"2018-11-26/2018-11-29"}],"claims":[{"text":"C","evidence":[{"id":"a","quote":"Lyon"}]}]}`, ""},
		"no evidence":       {`{"passages":[{"id":"a","text":"Lyon."}],"claims":[{"text":"C"}]}`, ""},
		"nothing in it":     {`{}`, ""},
		"unknown id":        {`{"passages":[],"claims":[{"text":"C","evidence":[{"id":"b","quote":"Lyon"}]}]}`, ""}, // the proof's to say
		"empty":             {" \n", "empty: want {"},
		"not JSON":          {"{\n\"passages\":[,]}", "line 2: not JSON"},
		"cut off":           {"{\"passages\":[", "line 1: the JSON is cut off"},
		"a list":            {`[]`, "line 1: the file is a array; " + form},
		"unknown field":     {"{\"passages\":[],\n\"claims\":[{\"txt\":\"C\"}]}", `line 2: no field is called "txt"; ` + form},
		"wrong type":        {`{"passages":[{"id":7}]}`, "line 1: passages.id is a number; " + form},
		"two objects":       {`{} {}`, "something follows the object"},
		"not UTF-8":         {"{\"passages\":[{\"id\":\"\xff\"}]}", "not UTF-8"},
		"id missing":        {`{"passages":[{"text":"x"}]}`, "passage 1: its id is missing"},
		"id twice":          {`{"passages":[{"id":"a","text":"x"},{"id":"a","text":"y"}]}`, `passage 2: its id "a" is that of passage 1`},
		"text missing":      {`{"passages":[{"id":"a","text":" "}]}`, "passage 1 (a): its text is missing"},
		"date":              {`{"passages":[{"id":"a","text":"x","date":"hier"}]}`, "passage 1 (a): date: "},
		"claim empty":       {`{"claims":[{"text":"x"},{"text":""}]}`, "claim 2: its text is missing"},
		"claim too long":    {`{"claims":[{"text":"` + strings.Repeat("x", 2001) + `"}]}`, "claim 1: longer than 2000 characters"},
		"too much evidence": {`{"claims":[{"text":"x","evidence":[` + strings.Repeat(`{},`, 32) + `{}]}]}`, "claim 1: 33 quotes; at most 32"},
		"too large":         {`{"claims":[]}` + strings.Repeat(" ", 16<<20), "more than 16 MiB"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := cite.ReadRequest(strings.NewReader(test.in))
			switch {
			case test.want == "" && err != nil:
				t.Fatal(err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Fatalf("error %v, want %q", err, test.want)
			}
		})
	}
}

// FuzzReadRequest tells that whatever is read can be proven, and that quotes stand where the proof says.
func FuzzReadRequest(f *testing.F) {
	f.Add(`{"passages":[{"id":"a","text":"Signé en 2009, l’accord portait sur la culture et le sport.","title":"T","date":"2009"}],"claims":[{"text":"Signé en 2009.","evidence":[{"id":"a","quote":"Signé en 2009, l’accord portait"}]},{"text":"Et le sport ?"}]}`)
	f.Add(`{"claims":[{"text":"x"}]}`)
	f.Add(`[`)
	f.Fuzz(func(t *testing.T, in string) {
		request, err := cite.ReadRequest(strings.NewReader(in))
		if err != nil {
			return
		}
		prover, err := cite.New(request.Sources, cite.Gates{})
		if err != nil {
			t.Fatal(err)
		}
		finder := cite.NewFinder(prover)
		for _, claim := range request.Claims {
			for _, q := range prover.Prove(claim).Quotes {
				if q.Text() == "" {
					t.Fatalf("an empty quote proves %q", claim.Text)
				}
			}
			if found := finder.Find(claim.Text); (found.Verdict == cite.Supported) != found.Proof.Proven() {
				t.Fatalf("%q is %s, proven: %t", claim.Text, found.Verdict, found.Proof.Proven())
			}
		}
	})
}

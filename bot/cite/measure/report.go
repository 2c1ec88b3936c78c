package measure

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// Report counts what was proven.
type Report struct {
	Rows []Row `json:"rows"`
}

// Row is what became of the claims of one kind.
type Row struct {
	Kind  Kind             `json:"kind"`
	Wrong bool             `json:"wrong"`
	Of    map[string]Count `json:"of"` // by the claim's language
}

// Count is how many claims there were, and of how many the proof told what is so: wrong ones blocked, true ones kept.
type Count struct {
	N     int `json:"n"`
	Right int `json:"right"`
}

// Share is Right of N, in per cent; 0 where there are none.
func (c Count) Share() float64 {
	if c.N == 0 {
		return 0
	}
	return 100 * float64(c.Right) / float64(c.N)
}

// All sums a row's languages.
func (r Row) All() (sum Count) {
	for _, c := range r.Of {
		sum.N, sum.Right = sum.N+c.N, sum.Right+c.Right
	}
	return sum
}

// Row returns the row of a kind, which is empty where no such claim was proven.
func (r Report) Row(kind Kind) Row {
	for _, row := range r.Rows {
		if row.Kind == kind {
			return row
		}
	}
	return Row{Kind: kind, Wrong: kind != True}
}

// Force sums the kinds of wrong claims that tell what their quotes tell with another force.
func (r Report) Force() (sum Count) {
	for _, kind := range []Kind{NegationDropped, NegationAdded, Plan, Speaker} {
		c := r.Row(kind).All()
		sum.N, sum.Right = sum.N+c.N, sum.Right+c.Right
	}
	return sum
}

// Claims counts the wrong and the true claims.
func (r Report) Claims() (wrong, right int) {
	for _, row := range r.Rows {
		if row.Wrong {
			wrong += row.All().N
		} else {
			right += row.All().N
		}
	}
	return wrong, right
}

func (r *Report) add(result Result) {
	i := slices.IndexFunc(r.Rows, func(row Row) bool { return row.Kind == result.Kind })
	if i < 0 {
		i = len(r.Rows)
		r.Rows = append(r.Rows, Row{Kind: result.Kind, Wrong: result.Wrong(), Of: map[string]Count{}})
	}
	c := r.Rows[i].Of[result.Language]
	c.N++
	if result.Right() {
		c.Right++
	}
	r.Rows[i].Of[result.Language] = c
}

// Print writes the table: a kind a line, what was blocked or kept in each language.
func (r Report) Print(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "wrong, blocked")
	for _, language := range languages() {
		fmt.Fprintf(table, "\t%s", language)
	}
	fmt.Fprintln(table, "\tall")
	for _, wrong := range []bool{true, false} {
		if !wrong {
			fmt.Fprintln(table, "true, kept\t\t\t\t")
		}
		for _, row := range r.Rows {
			if row.Wrong != wrong {
				continue
			}
			fmt.Fprintf(table, "  %s", row.Kind)
			for _, language := range languages() {
				fmt.Fprintf(table, "\t%s", cell(row.Of[language]))
			}
			fmt.Fprintf(table, "\t%s\n", cell(row.All()))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	wrong, right := r.Claims()
	if force := r.Force(); force.N > 0 {
		if _, err := fmt.Fprintf(out, "force, the four kinds together: %s\n", cell(force)); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "%d wrong claims, %d true ones\n", wrong, right)
	return err
}

func cell(c Count) string {
	if c.N == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %% (%d/%d)", c.Share(), c.Right, c.N)
}

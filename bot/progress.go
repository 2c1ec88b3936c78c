package bot

// Step is what is being done about a question.
type Step string

// Steps of an answer, in their order; an answer without a model is made after the first.
const (
	Searching Step = "searching"
	Reading   Step = "reading"  // a model has been given passages
	Writing   Step = "writing"  // its message comes in
	Checking  Step = "checking" // what failed is asked for once more, or a second opinion is awaited
)

// Progress is how far an answer has come. What it shows is proven, and all the same not the answer yet: the answer may
// leave it out, or be made without the model.
type Progress struct {
	Step     Step
	Language string // of the answer; "" before it is known
	Passages int    // that are read; 0 before Reading
	// Claims are those proven so far, with their Citations.
	Claims    []Claim
	Citations []Citation
}

package local

// Update tells whether tests write their goldens.
func Update() bool { return *update }

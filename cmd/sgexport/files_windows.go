package main

// openFiles is how many files and connections this process may have open.
func openFiles() int { return 1_000_000 }

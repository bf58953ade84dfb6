// Package calling makes the calls of AWS APIs. What a call costs and how long it
// may take is bounded here: a lane for each operation with its own rate and its
// own number of calls in flight, retries, limits of time and size, the pager.
// What an error means is said here too, for whoever asks.
//
// It knows operations as values, and no kind. Start at [Caller].
package calling

package main

import "net/http"

// idleConnections keeps as many connections to a host as there can be calls in flight.
func idleConnections(calls int) func(*http.Transport) {
	return func(t *http.Transport) {
		t.MaxIdleConns = 0 // no bound
		t.MaxIdleConnsPerHost = max(100, calls)
	}
}

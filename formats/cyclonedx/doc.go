// Package cyclonedx writes what a graph's endpoints serve as one AI bill of
// materials: cyclonedx/bom.cdx.json, CycloneDX 1.7, JSON.
//
// It holds a part of a graph: each endpoint that was read, the models it serves, and
// what these came of, as far as the snapshot tells: packages, base models,
// algorithms, training data, container images, model cards, and the jobs that made
// one of the other. Models that no endpoint serves are counted, and not listed. A
// graph without endpoints gives a document without components. docs/bom.md says of
// each field which column it is made from.
//
// # What is known
//
// Nothing is guessed: a component has a licence, a hash or a purl only where a column
// names it. The compositions say for each component and service whether all that it
// depends on is known; of the whole, whether all endpoints and what is between them
// and their models was listed in each account and region. The metadata name what was
// not. How much is looked at is bounded, and what was not is not called known.
//
// # The same bytes
//
// The document follows from the graph and its header alone: it is sorted, its time is
// the snapshot's, its serial number is made of the SHA-256 of all else that it says.
//
// A [graph.Sink] has to see all edges before it knows what is deployed, so this one
// keeps what [Keep] names in memory and writes when it is closed. Start reading at
// [Open], then the type document.
package cyclonedx

// Package checks looks for what is wrong with single resources, and with what hangs
// together: the security checks that others have, by their ids as aliases, and those
// that only a graph can answer.
//
// A check is one [Check] in the table of its family (notebooks.go, models.go …);
// [All] lists the tables. It says what it reads, so that exactly that is kept of a
// graph, and a check that meets what was not read neither finds nor passes: it is
// counted as unknown, and the report says how to export it. It rests on the graph and
// on the answers of package audit, and knows neither where a graph comes from nor how
// findings are printed. Start reading at [Run], then [Check].
package checks

// Package report makes of a snapshot and its answers one HTML file for people who have
// neither: all that it shows is in it, and nothing is loaded from anywhere.
//
// What a snapshot says is text in that page and never markup: the elements and
// attributes come from page.html alone, texts go through html/template and
// [snapshot.Printable], pictures are built anew from what is allowed in them (svg.go),
// and a Content-Security-Policy lets nothing run but the one script whose hash it has.
// Answers and findings are elements that need no script; the script filters them, and
// shows the inventory, which is data, page by page. Whatever a bound in bounds.go leaves
// out is said where it would stand. Start reading at [Write], then page.
package report

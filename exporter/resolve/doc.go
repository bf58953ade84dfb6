// Package resolve turns what was spooled into one graph: nodes of what was read and
// of what is only referred to, edges, derived edges. It makes no call and knows no
// kind by name.
//
// Three external sorts do the work, so memory does not grow with the inventory.
// Start at [Prepare].
package resolve

// Package access is the model of AWS accounts as a snapshot shows them, and the decisions over it: who can invoke an endpoint, who can open a
// notebook and act as its role, who can become a role, what a principal gains through SageMaker, and which roles can do too much.
//
// A [Builder] is fed with accounts, policies, principals and resources, in any order, by whoever reads them; [Builder.Build] links them into a
// [Model], which does not change any more. The questions are methods of the model. They know no graph, no file and no AWS API, and they guess
// nothing: what was not read makes an answer conditional or unknown, with a reason that names the option that reads it.
//
// Begin with model.go (what is known), then table.go (how many pairs are decided at once), then the file of a question: invoke.go, open.go,
// assume.go, escalate.go, roles.go, explain.go.
package access

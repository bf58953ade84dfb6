package checks

import (
	"slices"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/access"
	"github.com/sgexport/sgexport/graph/view"
)

var keyEdges = map[string]view.KeepEdges{"ENCRYPTED_BY": {}, "KNOWN_AS": {}}

const keyReferences = "https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest.html"

var keyStateChecks = []*Check{
	{
		ID:         "key-pending-deletion",
		Title:      "Key that something is encrypted with is about to be deleted",
		Severity:   audit.High,
		Fix:        "Cancel the deletion until nothing is encrypted with the key any more: afterwards what is cannot be read.",
		References: "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
		Reads:      "AWSKMSKey key_state\nAWSKMSAlias",
		Edges:      keyEdges,
		Find:       eachKey(inState("it is deleted at the end of its waiting period", "PendingDeletion", "PendingReplicaDeletion")),
	},
	{
		ID:         "key-disabled",
		Title:      "Key that something is encrypted with cannot be used",
		Severity:   audit.Medium,
		Fix:        "Enable the key, or encrypt with another one and delete what nobody can read.",
		References: keyReferences,
		Reads:      "AWSKMSKey key_state\nAWSKMSAlias",
		Edges:      keyEdges,
		Find:       eachKey(inState("nothing can be encrypted or decrypted with it", "Disabled", "Unavailable", "PendingImport")),
	},
	{
		ID:         "key-of-another-account",
		Title:      "Resources are encrypted with a key of another account",
		Severity:   audit.Medium,
		Fix:        "Use a key of the same account, or make sure that those who administer the other account should be able to take the data away.",
		References: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html",
		Reads:      "AWSKMSKey account_id\nAWSKMSAlias\nAWSAccount organization_id",
		Edges:      keyEdges,
		Find: eachKey(func(o *Subject, users []view.Edge) {
			owner := o.Text("account_id")
			if owner == "" {
				o.Lack(o.Scope, o.Label)
				return
			}
			others := slices.DeleteFunc(slices.Clone(users), func(e view.Edge) bool {
				account := access.ARNAccount(e.From)
				return account == "" || account == owner
			})
			if len(others) == 0 {
				return
			}
			o.Wrong("KeyMetadata.AWSAccountId", owner, "the key is of this account")
			o.usedBy(others)
			if isKin(o.Search.Graph, access.ARNAccount(others[0].From), owner) {
				o.Severe(audit.Low)
			}
		}),
	},
}

// eachKey looks at every key that something is encrypted with, by its own name or by an
// alias.
func eachKey(look func(o *Subject, users []view.Edge)) func(*Search) {
	return func(s *Search) {
		for _, n := range s.Nodes("AWSKMSKey") {
			users := slices.Clone(s.To("ENCRYPTED_BY", n.ID))
			for _, alias := range s.To("KNOWN_AS", n.ID) {
				users = append(users, s.To("ENCRYPTED_BY", alias.From)...)
			}
			if len(users) > 0 {
				s.look(n, func(o *Subject) { look(o, users) })
			}
		}
		s.kind("AWSKMSKey")
		s.kind("AWSKMSAlias")
	}
}

// inState finds keys in one of some states, which mean something.
func inState(means string, states ...string) func(*Subject, []view.Edge) {
	return func(o *Subject, users []view.Edge) {
		if state := o.Text("key_state"); o.Read("key_state") && slices.Contains(states, state) {
			o.Wrong("KeyMetadata.KeyState", state, "%s", means)
			o.usedBy(users)
		}
	}
}

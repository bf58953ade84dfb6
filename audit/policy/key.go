package policy

import "strings"

// key is a condition key, compiled.
type key struct {
	name string // lower case
	id   keyID
	// tag is what stands behind the slash of a tag key.
	tag string
	// service is what stands before the colon, lower case.
	service string
}

type keyID uint8

const (
	otherKey keyID = iota
	principalARNKey
	principalAccountKey
	principalTypeKey
	principalTagKey
	principalOrgIDKey
	principalOrgPathsKey
	principalIsServiceKey
	principalServiceNameKey
	principalServiceNamesKey
	usernameKey
	useridKey
	resourceAccountKey
	resourceOrgIDKey
	resourceOrgPathsKey
	resourceTagKey
	serviceResourceTagKey
	requestedRegionKey
	requestTagKey
	tagKeysKey
	sourceOfServiceKey // aws:SourceArn and its kin: a service says them
	alwaysThereKey     // in every request, with a value that is not known
	callerAccountKey
)

// newKey compiles a key. Its case does not matter, nor does that of the tag's key in it: "Condition key names are not case-sensitive.
// … if you specify "aws:ResourceTag/TagKey1": "Value1" … then the condition matches a resource tag key named either TagKey1 or tagkey1".
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
func newKey(name string) *key {
	k := &key{name: lowerASCII(name)}
	k.service, _, _ = strings.Cut(k.name, ":")
	base, tag, tagged := strings.Cut(k.name, "/")
	k.tag = tag
	if tagged {
		switch {
		case base == "aws:principaltag":
			k.id = principalTagKey
		case base == "aws:resourcetag":
			k.id = resourceTagKey
		case base == "aws:requesttag":
			k.id = requestTagKey
		case strings.HasSuffix(base, ":resourcetag"):
			k.id = serviceResourceTagKey
		}
		return k
	}
	switch k.name {
	case "aws:principalarn":
		k.id = principalARNKey
	case "aws:principalaccount":
		k.id = principalAccountKey
	case "aws:principaltype":
		k.id = principalTypeKey
	case "aws:principalorgid":
		k.id = principalOrgIDKey
	case "aws:principalorgpaths":
		k.id = principalOrgPathsKey
	case "aws:principalisawsservice":
		k.id = principalIsServiceKey
	case "aws:principalservicename":
		k.id = principalServiceNameKey
	case "aws:principalservicenameslist":
		k.id = principalServiceNamesKey
	case "aws:username":
		k.id = usernameKey
	case "aws:userid":
		k.id = useridKey
	case "aws:resourceaccount", "s3:resourceaccount":
		k.id = resourceAccountKey
	case "aws:resourceorgid":
		k.id = resourceOrgIDKey
	case "aws:resourceorgpaths":
		k.id = resourceOrgPathsKey
	case "aws:requestedregion":
		k.id = requestedRegionKey
	case "aws:tagkeys":
		k.id = tagKeysKey
	case "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths":
		k.id = sourceOfServiceKey
	case "aws:currenttime", "aws:epochtime", "aws:securetransport", "aws:viaawsservice", "aws:useragent":
		k.id = alwaysThereKey
	case "kms:calleraccount":
		k.id = callerAccountKey
	}
	return k
}

// valueState says what is known of a key's value.
type valueState uint8

const (
	unknown valueState = iota // perhaps not even there
	present                   // there, with a value that is not known
	absent                    // not in the request
	known
)

// value is what is known of a key in one request.
type value struct {
	state valueState
	// open says that single is only how the value begins.
	open   bool
	single string
	list   []string // instead of single, if not nil
}

func (v *value) len() int {
	if v.list != nil {
		return len(v.list)
	}
	return 1
}

func (v *value) text(i int) string {
	if v.list != nil {
		return v.list[i]
	}
	return v.single
}

func knownText(s string) value { return value{state: known, single: s} }

// textOrUnknown is for values that the caller may not have.
func textOrUnknown(s string) value {
	if s == "" {
		return value{}
	}
	return knownText(s)
}

// textOrPresent is for values of keys that are in every request.
func textOrPresent(s string) value {
	if s == "" {
		return value{state: present}
	}
	return knownText(s)
}

// listOf is a value with any number of texts; none is an absent key.
func listOf(list []string) value {
	switch len(list) {
	case 0:
		return value{state: absent}
	case 1:
		return knownText(list[0])
	}
	return value{state: known, list: list}
}

// lookup is what the request has for a key. What the caller says goes first.
func (ev *evaluation) lookup(k *key) value {
	if list, ok := ev.request.Context.Values[k.name]; ok {
		return listOf(list)
	}
	if ev.request.Context.Complete {
		if v := ev.derive(k); v.state == known {
			return v
		}
		return value{state: absent}
	}
	switch k.id {
	case otherKey, principalTagKey, resourceTagKey, serviceResourceTagKey, requestTagKey, tagKeysKey:
	default:
		return ev.derive(k)
	}
	for i := range ev.memos {
		if m := &ev.memo[i]; m.key == k.name {
			return m.value
		}
	}
	v := ev.derive(k)
	if int(ev.memos) < len(ev.memo) {
		ev.memo[ev.memos] = remembered{k.name, v}
		ev.memos++
	}
	return v
}

// derive is what follows from action, resource and principal.
func (ev *evaluation) derive(k *key) value {
	r := ev.request
	p := &r.Principal
	switch k.id {
	case principalARNKey:
		// "For IAM roles, the request context returns the ARN of the role, not the ARN of the user that assumed the role."
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
		switch p.Kind {
		case KindAnonymous:
			return value{state: absent}
		case KindAccount:
			return value{state: present}
		case KindFederated, KindService:
			return value{}
		}
		return textOrUnknown(p.ARN)
	case principalAccountKey, callerAccountKey:
		// "This key is included in the request context for all requests, including anonymous requests."
		switch p.Kind {
		case KindAnonymous, KindService, KindFederated:
			return value{state: present}
		}
		return textOrPresent(ev.principalAccount)
	case principalTypeKey:
		switch p.Kind {
		case KindRole:
			return knownText("AssumedRole")
		case KindUser:
			return knownText("User")
		case KindRoot:
			return knownText("Account")
		case KindFederatedUser:
			return knownText("FederatedUser")
		case KindAnonymous:
			return knownText("Anonymous")
		}
		return value{state: present}
	case principalTagKey:
		switch p.Kind {
		case KindAnonymous, KindService:
			return value{state: absent}
		case KindRole, KindUser:
			if p.TagsKnown && !p.TagsOpen {
				return tagValue(p.Tags, k.tag)
			}
		}
		return value{}
	case principalOrgIDKey:
		switch p.Kind {
		case KindAnonymous, KindService:
			return value{state: absent}
		}
		return orgValue(p.OrgID, p.OrgKnown)
	case principalOrgPathsKey:
		switch p.Kind {
		case KindAnonymous, KindService:
			return value{state: absent}
		}
		return orgPathValue(p.OrgID, p.OrgPath, p.OrgKnown)
	case principalIsServiceKey:
		// "This key is present in the request context for all signed API requests that use AWS credentials. Anonymous requests do not
		// include this key."
		switch p.Kind {
		case KindService:
			return knownText("true")
		case KindAnonymous:
			return value{state: absent}
		case KindFederated:
			return value{}
		}
		return knownText("false")
	case principalServiceNameKey, principalServiceNamesKey:
		if p.Kind != KindService {
			return value{state: absent}
		}
		if k.id == principalServiceNameKey {
			return textOrUnknown(p.ARN)
		}
		return value{state: present}
	case usernameKey:
		switch p.Kind {
		case KindUser:
			return textOrUnknown(ev.principalName())
		case KindAccount, KindFederated:
			return value{}
		}
		return value{state: absent}
	case useridKey:
		switch p.Kind {
		case KindUser:
			if p.ID != "" {
				return knownText(p.ID)
			}
		case KindRoot:
			return textOrUnknown(ev.principalAccount)
		case KindRole:
			if p.ID != "" {
				if p.Session != "" {
					return knownText(p.ID + ":" + p.Session)
				}
				return value{state: known, open: true, single: p.ID + ":"}
			}
		case KindFederatedUser:
			if ev.principalAccount != "" && p.Session != "" {
				return knownText(ev.principalAccount + ":" + p.Session)
			}
		}
		return value{state: present}
	case resourceAccountKey:
		return textOrUnknown(ev.resourceAccount)
	case resourceOrgIDKey:
		return orgValue(r.Resource.OrgID, r.Resource.OrgKnown)
	case resourceOrgPathsKey:
		return orgPathValue(r.Resource.OrgID, r.Resource.OrgPath, r.Resource.OrgKnown)
	case resourceTagKey:
		return ev.resourceTag(k)
	case serviceResourceTagKey:
		if k.service == ev.service {
			return ev.resourceTag(k)
		}
	case requestedRegionKey:
		return textOrPresent(ev.region())
	case sourceOfServiceKey:
		// "This key is included in the request context only if accessing a resource triggers an AWS service to call another service on behalf
		// of the resource owner"; not if a user or role calls.
		switch p.Kind {
		case KindService, KindFederated:
			return value{}
		}
		return value{state: absent}
	case alwaysThereKey:
		return value{state: present}
	}
	return ev.reference(k)
}

// resourceTag is a tag of the resource, if the reference has such keys for the action: of others AWS does not say that it looks at tags.
func (ev *evaluation) resourceTag(k *key) value {
	r := &ev.request.Resource
	if r.ARN == "*" || !r.TagsKnown {
		return value{}
	}
	if a := ev.refAction(); a == nil || !a.KeysOpen && !a.has(k.name) {
		return value{}
	}
	return tagValue(r.Tags, k.tag)
}

// tagValue is that of a tag whose key differs in case at most. Two such tags are both its values, and what becomes of that is not known.
func tagValue(tags map[string]string, name string) value {
	v := value{state: absent}
	for k, t := range tags {
		if len(k) != len(name) || !strings.EqualFold(k, name) {
			continue
		}
		if v.state == known {
			return value{state: present}
		}
		v = knownText(t)
	}
	return v
}

func orgValue(id string, isKnown bool) value {
	switch {
	case !isKnown:
		return value{}
	case id == "":
		return value{state: absent}
	}
	return knownText(id)
}

func orgPathValue(id, path string, isKnown bool) value {
	switch {
	case path != "":
		return knownText(path)
	case isKnown && id == "":
		return value{state: absent}
	}
	return value{}
}

package simulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A signature is what a request is signed with and for.
type signature struct {
	key, token      string // access key; session token, if any
	region, service string
	at              time.Time // zero: it does not say
}

var credential = regexp.MustCompile(`Credential=([^/,]+)/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request`)

// amzDate is how X-Amz-Date has the time of a request.
const amzDate = "20060102T150405Z"

// signatureOf is the signature of a request; nil: it has none.
func signatureOf(r *http.Request) *signature {
	scope := credential.FindStringSubmatch(r.Header.Get("Authorization"))
	if scope == nil {
		return nil
	}
	at, _ := time.Parse(amzDate, r.Header.Get("X-Amz-Date"))
	return &signature{key: scope[1], region: scope[2], service: scope[3], token: r.Header.Get("X-Amz-Security-Token"), at: at}
}

// A session is what the token of AssumeRole says, so that a server need not
// remember any.
type session struct {
	Role  string `json:"r"` // ARN
	Name  string `json:"n"`
	Until int64  `json:"u"` // seconds since 1970
	Call  int    `json:"c"` // of AssumeRole, so that no two sessions are the same
}

func (s session) token() string {
	text, _ := json.Marshal(s) // strings and an integer
	return base64.StdEncoding.EncodeToString(append(text, digest(text)...))
}

// readSession reads a token of AssumeRole.
func readSession(token string) (session, bool) {
	var s session
	text, err := base64.StdEncoding.DecodeString(token)
	end := len(text) - len(digest(nil))
	if err != nil || end < 0 || digest(text[:end]) != string(text[end:]) || json.Unmarshal(text[:end], &s) != nil {
		return s, false
	}
	return s, true
}

// temporary is what the access keys of sessions begin with.
const temporary = "ASIA"

// signer is the inventory of the account that a call is signed for, or why the
// service does not take the credentials. The time of a call is that which it is
// signed for.
func (s *Server) signer(v *service, signed *signature) (*Inventory, *apiError) {
	inventory := s.accounts.Inventory(s.accounts.accountOf(signed.key))
	if inventory == nil {
		return nil, v.refused()
	}
	if !accountKey.MatchString(signed.key) || !strings.HasPrefix(signed.key, temporary) {
		return inventory, nil
	}
	switch session, ok := readSession(signed.token); {
	case !ok || accountOfARN(session.Role) != inventory.account:
		return nil, v.refused()
	case signed.at.Unix() >= session.Until:
		return nil, v.expired()
	}
	return inventory, nil
}

// accountOfARN is the account in an ARN; "": there is none.
func accountOfARN(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		return parts[4]
	}
	return ""
}

// stsService is the Security Token Service.
func stsService() *service {
	return &service{
		scope: "sts", prefix: "sts", version: "2011-06-15",
		protocol: query{"https://sts.amazonaws.com/doc/2011-06-15/"},
		operations: map[string]operation{
			"AssumeRole":        (*Server).assumeRole,
			"GetCallerIdentity": (*Server).getCallerIdentity,
		},
	}
}

// caller is who a call is signed by: the role of a session, or for other
// credentials one that stands for them.
func (r *request) caller() (arn, id string) {
	role, name := "InventoryReader", "sgexport"
	if session, ok := readSession(r.signed.token); ok {
		role, name = session.Role[strings.LastIndex(session.Role, "/")+1:], session.Name
	}
	return assumed(r.region.partition(), r.inventory.account, role, name), roleID(role) + ":" + name
}

// assumed is the ARN of a session.
func assumed(partition, account, role, name string) string {
	return fmt.Sprintf("arn:%s:sts::%s:assumed-role/%s/%s", partition, account, role, name)
}

// roleID makes an id of a role's name.
func roleID(role string) string {
	return "AROAEXAMPLE" + strings.ToUpper(role)
}

func (s *Server) getCallerIdentity(r *request) (any, *apiError) {
	arn, id := r.caller()
	return []node{
		{name: "Arn", text: arn},
		{name: "UserId", text: id},
		{name: "Account", text: r.inventory.account},
	}, nil
}

var (
	roleARN     = regexp.MustCompile(`^arn:(aws[a-z-]*):iam::(\d{12}):role/(?:[\x21-\x7e]*/)?([\w+=,.@-]{1,64})$`)
	sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
)

// Seconds that credentials of AssumeRole may be good for.
const (
	shortestSession = 900
	defaultSession  = 3600
	longestSession  = 43200
)

// assumeRole gives credentials of any role of the accounts that are served. It
// asks neither the role's trust policy nor whether there is such a role.
func (s *Server) assumeRole(r *request) (any, *apiError) {
	seconds := defaultSession
	if given := text(r.input["DurationSeconds"]); given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < shortestSession || n > longestSession {
			return nil, &apiError{code: "ValidationError", message: fmt.Sprintf("1 validation error detected: Value '%s' at 'durationSeconds' failed to satisfy constraint: Member must have value between %d and %d", given, shortestSession, longestSession)}
		}
		seconds = n
	}
	arn, name := text(r.input["RoleArn"]), text(r.input["RoleSessionName"])
	role := roleARN.FindStringSubmatch(arn)
	switch {
	case role == nil:
		return nil, &apiError{code: "ValidationError", message: arn + " is invalid"}
	case !sessionName.MatchString(name):
		return nil, &apiError{code: "ValidationError", message: fmt.Sprintf("1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*", name)}
	case s.accounts.of[role[2]] == nil:
		caller, _ := r.caller()
		return nil, &apiError{code: "AccessDenied", status: http.StatusForbidden, message: fmt.Sprintf("User: %s is not authorized to perform: sts:AssumeRole on resource: %s", caller, arn)}
	}
	length := time.Duration(seconds) * time.Second
	if s.options.Session > 0 {
		length = s.options.Session
	}
	until := r.signed.at.Add(length).Truncate(time.Second)
	token := session{Role: arn, Name: name, Until: until.Unix(), Call: r.call.Number}.token()
	h := fnv.New32a()
	_, _ = h.Write([]byte(token)) // a hash takes everything
	return []node{
		{name: "Credentials", children: []node{
			{name: "AccessKeyId", text: fmt.Sprintf("%s%s%08X", temporary, role[2], h.Sum32())},
			{name: "SecretAccessKey", text: "example/secret/of/" + name},
			{name: "SessionToken", text: token},
			{name: "Expiration", text: until.UTC().Format(time.RFC3339)},
		}},
		{name: "AssumedRoleUser", children: []node{
			{name: "AssumedRoleId", text: roleID(role[3]) + ":" + name},
			{name: "Arn", text: assumed(role[1], role[2], role[3], name)},
		}},
	}, nil
}

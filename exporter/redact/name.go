package redact

import (
	"regexp"
	"slices"
	"strings"
)

// A class is what a name says of the value beside it.
type class int

const (
	open     class = iota // nothing
	hint                  // it is tokens: of access or of a language, as they look
	token                 // it is a token or a key, and neither a small number nor a path
	ofKey                 // it is a key, a path of one, or what stands for one in a key store
	secret                // it is a secret, or a path of one
	password              // whatever it is, it is secret
)

// IsSecret reports whether a name says that the value beside it is secret, as
// api_key, apiKey, WANDB_API_KEY_2 and PGPASSWORD do. Names like max_tokens,
// eos_token and password_policy say that it is not.
func IsSecret(name string) bool { return classOf(name) > hint }

// passwordWords and secretWords make a name a secret one wherever they stand in it,
// with or without what parts words.
var (
	passwordWords = []string{"password", "passwd", "passwrd", "passw0rd", "pswd", "passphrase", "passcode", "passwort", "kennwort", "motdepasse", "contrasena", "connstr", "connectionstring", "connectionuri", "seedphrase", "recoverycode", "mnemonic"}
	secretWords   = []string{"secret", "credential", "apikey", "accesskey", "privatekey", "secretkey", "signingkey", "sharedkey", "authkey", "accesstoken", "authtoken", "apitoken", "bearertoken", "refreshtoken", "webhook"}
)

// about are last words of names that are about a secret, and do not hold it.
var about = setOf(`age alias arn arns at attempts bool budget change checker class column complexity config configuration count
	created cls created date dim dir directory disabled dropout embedding embeddings enabled endpoint expiration expires expiry
	expression field fields file filename files folder format id ids index kind language length len level limit link links location loss
	manager max method min mode model name names options path paths period policies policy position prefix prob provider providers
	rate ratio ref reference region regex required rotation rule rules scope scopes service settings sharing size source state status stdin store
	strategy strength suffix template time timeout ttl type types updated uri uris url urls usage used validator version versions vocab width`)

// holders are names that end in such a word and hold the secret all the same.
var holders = []string{"accesskeyid", "secretid", "webhookurl", "webhookuri", "webhookendpoint", "webhook"}

// decoration are last words that say how the value is written, or which one it
// is.
var decoration = setOf(`backup base64 b64 bytes confirm confirmation current data dev development encoded enc encrypted hash hashed hex live main md5 new old
	plain plaintext prd primary prod production qa raw salt sandbox secondary sha1 sha256 sha512 stage staging str string test text uat v val value`)

// ofModels are words before "token" that name a token of a language model, or of a
// list that has pages.
var ofModels = setOf(`additional assistant begin bos bot_turn audio boi char class cls code continuation control decoder delimiter end eoi eos eot fim first
	image img input instruction last line mask middle model new next no output pad padding page pagination per placeholder prompt request response role
	sentence sep separator sop space special start stop text tool unk unknown video vision word vocab`)

// counting are words before "tokens" that say how many.
var counting = setOf(`max min num n total number count of`)

// bearing are words before "tokens" and parts of words before "token" that name a
// token of access.
var bearing = setOf(`access admin api app auth bearer bot csrf deploy device git github gitlab hf hub id jwt login npm oauth personal pypi refresh sas secret
	security service session sessions slack sso user vault web xsrf`)

// notPass are words before "pass" that make it a pass over data, or through a filter.
var notPass = setOf(`all band by backward first forward high last low max min multi n num number one only per second single two`)

// keyKinds are words before "key" that name a key of access: what it does, or who
// issues it.
var keyKinds = setOf(`account admin aes aws ai21 algolia anthropic anyscale app application api arize artifactory assemblyai auth auth0 authentication azure
	bitbucket claude clearml client cohere comet consumer databricks datadog dd deepgram deepseek deploy deployment docker dsa ecdsa ed25519 elastic elevenlabs
	enc encrypt encryption decrypt decryption face fernet firebase fireworks gcp gemini git github gitlab google gpg grafana grok groq hf hmac honeycomb huggingface ingest ingestion
	instrumentation integration jfrog jina jwt kaggle labelbox langchain langfuse langsmith licence license mailgun mapbox maps master mistral mlflow neptune newrelic relic ngc nim npm nvidia
	okta openai opsgenie pagerduty perplexity pem pgp pinecone priv private pypi qdrant rapidapi replicate roboflow root rsa runpod sa secret segment sendgrid sentry serp
	serpapi server service session shared signature signing slack snowflake splunk ssh ssl stability storage stripe subscription tavily telegram tls together
	twilio vault voyage wandb weaviate webhook wb write xai`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// classOf returns what a name says.
func classOf(name string) class {
	if len(name) < 2 || len(name) > 256 || strings.Contains(name, "://") { // an address is no name
		return open
	}
	var list [24]string
	words := splitWords(list[:0], name)
	for len(words) > 1 && (decoration[words[len(words)-1]] && !strings.HasPrefix(words[len(words)-2], "conn")) {
		words = words[:len(words)-1]
	}
	if len(words) == 0 {
		return open
	}
	if n := len(words); n > 1 && words[n-1] == "header" && strings.HasPrefix(words[n-2], "auth") {
		words = words[:n-1]
	}
	last, before := words[len(words)-1], ""
	if len(words) > 1 {
		before = words[len(words)-2]
	}
	joined := strings.ReplaceAll(strings.Join(words, ""), "passwordless", "")
	if len(words) > 1 && (asking[words[0]] || slices.Contains(words, "has")) {
		return open
	}
	if about[last] && !slices.ContainsFunc(holders, func(h string) bool { return strings.HasSuffix(joined, h) }) {
		return open
	}
	switch {
	case containsAny(joined, passwordWords):
		return password
	case strings.Contains(joined, "encryptionkey"):
		return ofKey
	case containsAny(joined, secretWords) && !strings.Contains(joined, "secretar"):
		return secret
	}
	if c := classOfLast(last, before); c != open {
		return c
	}
	return classOfInner(words)
}

// asking are first words of names that ask whether there is a secret: has_password.
var asking = setOf(`has have is are needs requires without`)

// classOfInner returns what a name says whose secret word is not the last one, as in
// GITHUB_TOKEN_ORG, token_github and pass_db. A token_level and a token_mixer are
// none: the word beside it is who issues it, or whose it is.
func classOfInner(words []string) class {
	for i, w := range words[:len(words)-1] {
		next, before := words[i+1], ""
		if i > 0 {
			before = words[i-1]
		}
		switch {
		case w == "token" && (issuers[before] || i == 0 && issuers[next]),
			w == "key" && i == 0 && len(words) == 2 && issuers[next],
			(w == "pass" || w == "pw" || w == "pwd") && i == 0 && len(words) == 2 && passOwners[next] && next != "user":
			return token
		}
	}
	return open
}

// issuers are who issues tokens, as names of tokens have them.
var issuers = setOf(`anthropic artifactory aws azure bitbucket clearml cohere comet databricks datadog discord docker gcp git github gitlab groq hf
	huggingface jfrog jira kaggle langchain langsmith mailgun mistral mlflow neptune ngc npm openai pinecone pypi replicate sendgrid sentry slack
	snowflake stripe telegram twilio vault wandb`)

// classOfLast returns what the last word of a name says, with the one before it.
func classOfLast(last, before string) class {
	switch last {
	case "pw", "pin", "dsn":
		return password
	case "cred", "creds", "psk", "bearer", "jwt", "pat", "otp", "sas", "cookie", "cookies", "authorization", "auth":
		return token
	case "token":
		if ofModels[before] {
			return open
		}
		return token
	case "tokens":
		switch {
		case bearing[before]:
			return token
		case ofModels[before] || counting[before]:
			return open
		}
		return hint
	case "pass":
		if notPass[before] {
			return open
		}
		return token
	case "key", "keys":
		if before == "encrypt" || before == "encryption" || before == "enc" {
			return ofKey
		}
		if keyKinds[before] {
			return token
		}
		return open
	}
	if strings.HasSuffix(last, "pwd") {
		return password
	}
	for _, end := range []struct {
		text  string
		known map[string]bool
	}{{"token", bearing}, {"key", keyKinds}, {"pass", passOwners}, {"pw", passOwners}} {
		if start, ok := strings.CutSuffix(last, end.text); ok && end.known[start] {
			return token
		}
	}
	return open
}

// passOwners are what stands before "pass" in one word: dbpass is a password, and
// bypass is none.
var passOwners = setOf(`admin app bind db ftp http jenkins ldap mail master mongo my mysql ora pg postgres proxy redis root smtp sql ssh sudo user`)

func containsAny(s string, parts []string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// splitWords appends the words of a name in small letters, without the digits at
// their ends: dbPassword1 and DB-PASSWORD are db and password.
func splitWords(words []string, name string) []string {
	lower := strings.ToLower(name)
	if len(lower) != len(name) { // letters that have another length
		name = lower
	}
	start := 0
	add := func(end int) {
		if end > start && len(words) < cap(words) {
			if w := strings.TrimRight(lower[start:end], "0123456789"); w != "" {
				words = append(words, w)
			}
		}
		start = end
	}
	for i := range len(name) {
		c := name[i]
		switch {
		case !isAlnum(c) && c < 0x80:
			add(i)
			start = i + 1
		case i > 0 && isUpper(c) && !isUpper(name[i-1]):
			add(i)
		case i > 0 && isUpper(c) && i+1 < len(name) && 'a' <= name[i+1] && name[i+1] <= 'z':
			add(i)
		}
	}
	add(len(name))
	return words
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

// isEnvironment reports whether a name says that what is in it are variables of
// an environment: Environment, EnvironmentVariables, sagemaker_job_env.
func isEnvironment(name string) bool {
	if !strings.Contains(name, "nv") && !strings.Contains(name, "NV") || ofCards[name] {
		return false
	}
	var list [24]string
	words := splitWords(list[:0], name)
	if len(words) == 0 {
		return false
	}
	switch last := words[len(words)-1]; last {
	case "environment", "environments", "env", "envs", "environ", "envvars", "envvar", "environmentvariables":
		return true
	case "variables", "vars", "map", "variable", "overrides":
		return len(words) > 1 && strings.HasPrefix(words[len(words)-2], "env")
	}
	return false
}

// ofCards are members of model cards that say in which image a model was trained
// and runs. Source: the model card JSON schema, Amazon SageMaker Developer Guide.
var ofCards = map[string]bool{"training_environment": true, "inference_environment": true}

// isAbout reports whether a name says what something is called, or of which kind it
// is.
func isAbout(name string) bool {
	var list [24]string
	words := splitWords(list[:0], name)
	return len(words) > 0 && about[words[len(words)-1]]
}

var (
	notSet = setOf(`true false yes no on off none null nil n/a`)
	// schemes are what may stand where it is said how somebody is known.
	schemes = setOf(`iam aws_iam sso basic bearer token digest oauth oauth2 oidc saml ldap kerberos ntlm apikey required optional enabled disabled anonymous negotiate`)

	// tokenOfModel matches <eos>, </s>, <|im_end|>, [PAD].
	tokenOfModel = regexp.MustCompile(`^(?:<[^<>]{0,64}>|\[[A-Za-z_]{1,16}\])$`)
	// reference matches what stands for a value that is elsewhere: ${X}, $X, {{resolve:…}}, $(x), %X%.
	reference = regexp.MustCompile(`^(?:(?:os\.(?:environ|getenv)|process\.env|getenv|System\.getenv)\b.*|\$\{[^{}]*\}|\$[A-Z_][A-Z0-9_]*|\{\{.*\}\}|\$\([^()]*\)|%[A-Z_][A-Z0-9_]*%)$`)
	// arnForm matches an ARN and nothing beside it; heldARN one of what holds secrets.
	arnForm = regexp.MustCompile(`^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{0,12}:[^\s"'\\]+$`)
	heldARN = regexp.MustCompile(`^arn:aws[a-z-]*:(?:secretsmanager|ssm):[a-z0-9-]*:[0-9]{0,12}:[^\s"'\\]+$`)
	// smallNumber is a count, or a part of one.
	smallNumber = regexp.MustCompile(`^-?(?:[0-9]{1,6}|[0-9]+\.[0-9]+|[0-9.]+e-?[0-9]+)$`)
	pathForm    = regexp.MustCompile(`^(?:(?:~|\.{1,2})?/(?:[\w.-]+/)+[\w.-]*|(?:s3|file)://\S+)$`)
	folderForm  = regexp.MustCompile(`^(?:(?:~|\.{1,2})?(?:/[a-z0-9_.-]+)+/?|~|/|\.{1,2}|[A-Za-z]:[\\/].*)$`)
	aliasForm   = regexp.MustCompile(`^(?:alias/\S+|(?:mrk-)?[0-9a-f]{8}(?:-?[0-9a-f]{4,12}){4})$`)
)

// isHarmless reports whether a value is no secret, although the name beside it
// says so: it is not set, or says where the secret is.
func isHarmless(c class, name, value string) bool {
	value = strings.TrimSpace(value)
	lower := strings.ToLower(value)
	switch {
	case value == "" || isMasked(value), notSet[lower],
		tokenOfModel.MatchString(value), reference.MatchString(value), arnForm.MatchString(value),
		isSubstitution(value), isVariable(name, value), isHeld(name, value):
		return true
	case c == hint:
		return !looksRandom(value)
	case c == password:
		return said[lower] || isFolder(name, value)
	case schemes[lower], pathForm.MatchString(value) && !isAccessKey(value):
		return true
	case c == ofKey:
		return aliasForm.MatchString(value)
	}
	return c == token && (smallNumber.MatchString(value) || isIdentifier(name, value))
}

// said is what is said of a password and is none.
var said = setOf(`required optional`)

// isSubstitution reports whether a value is what a command of a shell says: it is
// kept elsewhere.
func isSubstitution(value string) bool {
	return strings.HasPrefix(value, "$(") && substitutionEnd(value) == len(value)
}

// substitutionEnd is where the parenthesis behind the $ that s begins with is closed;
// 0 where it is not, or too far away.
func substitutionEnd(s string) int {
	const looked = 1024
	depth := 0
	for i := 1; i < min(len(s), looked); i++ {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// variableForm matches the name of a variable of an environment.
var variableForm = regexp.MustCompile(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$`)

// isVariable reports whether a value is the name of the variable that has the
// secret: api_key_env=OPENAI_API_KEY.
func isVariable(name, value string) bool {
	if !variableForm.MatchString(value) {
		return false
	}
	var list [24]string
	words := splitWords(list[:0], name)
	if len(words) < 2 {
		return false
	}
	switch words[len(words)-1] {
	case "env", "var", "envvar", "variable":
		return true
	}
	return false
}

// heldForm matches the name of a secret in Secrets Manager, which is a path or has
// what the service puts behind it.
var heldForm = regexp.MustCompile(`^[\w+=.@-]+(?:(?:/[\w+=.@-]+)+|-[A-Za-z0-9]{6})$`)

// isHeld reports whether a value is the id of a secret that is kept elsewhere. Vault
// calls so what opens it, which is a UUID or random.
func isHeld(name, value string) bool {
	return isSecretID(name) && heldForm.MatchString(value) && !isDigest(value) && !looksRandom(value)
}

// isSecretID reports whether a name is secret_id, --secret-id or SecretId, or ends so.
func isSecretID(name string) bool {
	n := len(name)
	return n >= len("secretid") && strings.EqualFold(name[n-2:], "id") && strings.HasSuffix(strings.TrimRight(lowerASCII(name[:n-2]), "_-."), "secret")
}

// keysOfData are words before "key" that name a part of data as often as a key of
// access: the signature of a TensorFlow model, the column of a session.
var keysOfData = setOf(`signature session segment server`)

// identifierForm matches the name of a column, or of another part of data.
var identifierForm = regexp.MustCompile(`^[a-z]{2,}(?:_[a-z]+)+[0-9]{0,3}$`)

// isIdentifier reports whether a value is the name of a part of data, which the name
// beside it may ask for.
func isIdentifier(name, value string) bool {
	if !identifierForm.MatchString(value) {
		return false
	}
	var list [24]string
	words := splitWords(list[:0], name)
	n := len(words)
	return n > 1 && words[n-1] == "key" && keysOfData[words[n-2]]
}

// isFolder reports whether a value is the folder that a shell is in, whose name is
// pwd too.
func isFolder(name, value string) bool {
	return (strings.EqualFold(name, "pwd") || strings.EqualFold(name, "oldpwd")) && folderForm.MatchString(value)
}

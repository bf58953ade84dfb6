package simulator

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"reflect"
	"strings"
)

// A Bucket is what S3 says of a bucket. A part that is nil is not set, as S3
// says it: with an error code of its own, or for Versioning an empty answer.
type Bucket struct {
	Name, Region      string
	PublicAccessBlock *PublicAccessBlock
	Policy            PolicyText
	PolicyStatus      *PolicyStatus
	Encryption        *BucketEncryption
	Versioning        *BucketVersioning
	Denied            bool // every call is answered with AccessDenied
}

// A PolicyText is a policy as text; in a file it may be the JSON itself.
type PolicyText string

// UnmarshalJSON reads text, or JSON that becomes text.
func (p *PolicyText) UnmarshalJSON(raw []byte) error {
	value, err := decode(raw)
	if err != nil {
		return err
	}
	if object, ok := value.(map[string]any); ok {
		if value, err = plainText(object); err != nil {
			return err
		}
	}
	policy, ok := value.(string)
	if !ok {
		return errors.New("a policy is neither text nor an object")
	}
	*p = PolicyText(policy)
	return nil
}

// A PublicAccessBlock is the PublicAccessBlockConfiguration of a bucket.
type PublicAccessBlock struct {
	BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets bool
}

// A PolicyStatus tells whether the bucket's policy makes it public.
type PolicyStatus struct{ IsPublic bool }

// A BucketEncryption is the ServerSideEncryptionConfiguration of a bucket.
type BucketEncryption struct {
	Rules []EncryptionRule `xml:"Rule"`
}

// An EncryptionRule is how S3 encrypts objects that ask for nothing else.
type EncryptionRule struct {
	ApplyServerSideEncryptionByDefault *DefaultEncryption
	BucketKeyEnabled                   bool
}

// A DefaultEncryption is an algorithm, and the key of aws:kms.
type DefaultEncryption struct {
	SSEAlgorithm   string
	KMSMasterKeyID string `json:",omitempty" xml:",omitempty"`
}

// A BucketVersioning is the VersioningConfiguration of a bucket.
type BucketVersioning struct {
	Status    string `json:",omitempty" xml:",omitempty"`
	MFADelete string `json:",omitempty" xml:"MfaDelete,omitempty"`
}

// Buckets are the buckets of the inventory by name.
func (inv *Inventory) Buckets() []Bucket {
	var out []Bucket
	for _, name := range sortedKeys(inv.buckets) {
		out = append(out, *inv.buckets[name])
	}
	return out
}

// loadBuckets reads <account>/Bucket.json.
func (inv *Inventory) loadBuckets(fsys fs.FS, name string) error {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var buckets []*Bucket
	if err := decoder.Decode(&buckets); err != nil {
		return err
	}
	for i, b := range buckets {
		switch {
		case b == nil || b.Name == "":
			err = errors.New("no member Name")
		case !regionName.MatchString(b.Region):
			err = fmt.Errorf("member Region is %q, which is no region", b.Region)
		case inv.buckets[b.Name] != nil:
			err = fmt.Errorf("member Name is %s a second time", b.Name)
		}
		if err != nil {
			return fmt.Errorf("document %d: a bucket: %w", i, err)
		}
		inv.buckets[b.Name] = b
	}
	return nil
}

// s3Service is what S3 says of buckets. Buckets are in the path.
func s3Service() *service {
	v := &service{
		scope: "s3", prefix: "s3", protocol: restXML{namespace: "http://s3.amazonaws.com/doc/2006-03-01/"},
		owns: func(r *http.Request, signed bool) bool { return signed || bucketOperation(r) != "" },
		find: func(r *http.Request) (string, map[string]string) {
			bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
			name := bucketOperation(r)
			if name == "" || bucket == "" || key != "" || r.Method != http.MethodGet {
				return "unknown", nil
			}
			return name, map[string]string{"Bucket": bucket}
		},
		operations: map[string]operation{},
		actions:    map[string]string{},
	}
	for _, read := range bucketReads() {
		v.actions[read.operation] = read.action
		v.operations[read.operation] = read.answer
	}
	return v
}

// A bucketRead is one way to ask about a bucket.
type bucketRead struct {
	parameter string // of the query, that asks for it
	operation string
	action    string // the IAM action, which is not always the operation's name
	root      string // of the answer
	of        func(*Bucket) (any, *apiError)
}

func bucketReads() []bucketRead {
	return []bucketRead{
		{"encryption", "GetBucketEncryption", "GetEncryptionConfiguration", "ServerSideEncryptionConfiguration", encryptionOf},
		{"location", "GetBucketLocation", "GetBucketLocation", "LocationConstraint", locationOf},
		{"policy", "GetBucketPolicy", "GetBucketPolicy", "", policyOf},
		{"policyStatus", "GetBucketPolicyStatus", "GetBucketPolicyStatus", "PolicyStatus", policyStatusOf},
		{"publicAccessBlock", "GetPublicAccessBlock", "GetBucketPublicAccessBlock", "PublicAccessBlockConfiguration", accessBlockOf},
		{"versioning", "GetBucketVersioning", "GetBucketVersioning", "VersioningConfiguration", versioningOf},
	}
}

// bucketOperation is the operation that a request to S3 names by a parameter of
// the query; "" if there is none.
func bucketOperation(r *http.Request) string {
	query := r.URL.Query()
	for _, read := range bucketReads() {
		if query.Has(read.parameter) {
			return read.operation
		}
	}
	return ""
}

func (read bucketRead) answer(s *Server, r *request) (any, *apiError) {
	name := text(r.input["Bucket"])
	failure := r.inventory.openBucket(name, r.region.name, read.action)
	var value any
	if failure == nil {
		var bucket *Bucket
		if bucket, failure = s.bucket(r, name); failure == nil {
			value, failure = read.of(bucket)
		}
	}
	if failure != nil {
		failure.bucket = name
		return nil, failure
	}
	if policy, ok := value.(PolicyText); ok {
		return raw{plainJSON, []byte(policy)}, nil
	}
	return element{read.root, value}, nil
}

// bucket is what an action sees of a bucket.
func (s *Server) bucket(r *request, name string) (*Bucket, *apiError) {
	bucket := r.inventory.buckets[name]
	if s.options.Edit == nil {
		return bucket, nil
	}
	body, err := asObject(bucket)
	if err == nil {
		edited := s.one(r, &document{body: body})
		if edited == nil {
			return nil, &apiError{code: "NoSuchBucket", message: "The specified bucket does not exist", status: http.StatusNotFound}
		}
		bucket = &Bucket{}
		err = fromObject(edited, bucket)
	}
	if err != nil {
		return nil, &apiError{code: "InternalError", message: err.Error(), status: http.StatusInternalServerError}
	}
	return bucket, nil
}

// asObject is a value as JSON has it, without what is not set.
func asObject(value any) (map[string]any, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	decoded, err := decode(text)
	object, _ := decoded.(map[string]any)
	maps.DeleteFunc(object, func(_ string, v any) bool { return v == nil || v == "" || v == false })
	return object, err
}

func fromObject(object map[string]any, value any) error {
	text, err := json.Marshal(object)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, value)
}

// s3ControlData is <account>/S3Control.json.
type s3ControlData struct {
	PublicAccessBlockConfiguration PublicAccessBlock
}

const accountBlockPath = "/v20180820/configuration/publicAccessBlock"

// s3ControlService is what S3 says of the account. The account is in a header,
// and mostly the first label of the host, too.
func s3ControlService() *service {
	return &service{
		scope: "s3", prefix: "s3",
		protocol: restXML{namespace: "http://awss3control.amazonaws.com/doc/2018-08-20/", wrapped: true},
		owns:     func(r *http.Request, _ bool) bool { return strings.HasPrefix(r.URL.Path, "/v20180820/") },
		find: func(r *http.Request) (string, map[string]string) {
			if r.URL.Path != accountBlockPath || r.Method != http.MethodGet {
				return "unknown", nil
			}
			return "GetPublicAccessBlock", map[string]string{"AccountId": r.Header.Get("X-Amz-Account-Id")}
		},
		operations: map[string]operation{"GetPublicAccessBlock": (*Server).getAccountBlock},
		actions:    map[string]string{"GetPublicAccessBlock": "GetAccountPublicAccessBlock"},
		file:       "S3Control.json", global: true, data: reflect.TypeFor[s3ControlData](),
	}
}

func (s *Server) getAccountBlock(r *request) (any, *apiError) {
	if r.input["AccountId"] != r.inventory.account {
		return nil, &apiError{code: "AccessDenied", message: "Access Denied", status: http.StatusForbidden}
	}
	var block map[string]any
	for _, doc := range s.store(r.service, r).sections["PublicAccessBlockConfiguration"] {
		block = s.one(r, doc)
	}
	if block == nil {
		return nil, notSet("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")
	}
	var value PublicAccessBlock
	if err := fromObject(block, &value); err != nil {
		return nil, &apiError{code: "InternalError", message: err.Error(), status: http.StatusInternalServerError}
	}
	return element{"PublicAccessBlockConfiguration", value}, nil
}

func locationOf(b *Bucket) (any, *apiError) {
	if b.Region == "us-east-1" {
		return "", nil
	}
	return b.Region, nil
}

func versioningOf(b *Bucket) (any, *apiError) {
	if b.Versioning == nil {
		return BucketVersioning{}, nil
	}
	return b.Versioning, nil
}

func accessBlockOf(b *Bucket) (any, *apiError) {
	if b.PublicAccessBlock == nil {
		return nil, notSet("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")
	}
	return b.PublicAccessBlock, nil
}

func policyOf(b *Bucket) (any, *apiError) {
	if b.Policy == "" {
		return nil, notSet("NoSuchBucketPolicy", "The bucket policy does not exist")
	}
	return b.Policy, nil
}

func policyStatusOf(b *Bucket) (any, *apiError) {
	if b.PolicyStatus == nil {
		return nil, notSet("NoSuchBucketPolicy", "The bucket policy does not exist")
	}
	return b.PolicyStatus, nil
}

func encryptionOf(b *Bucket) (any, *apiError) {
	if b.Encryption == nil {
		return nil, notSet("ServerSideEncryptionConfigurationNotFoundError", "The server side encryption configuration was not found")
	}
	return b.Encryption, nil
}

func notSet(code, message string) *apiError {
	return &apiError{code: code, message: message, status: http.StatusNotFound}
}

// An element is an answer of S3: a value under the name of its root.
type element struct {
	name  string
	value any
}

// openBucket tells why a bucket cannot be asked by who signed for the region.
func (inv *Inventory) openBucket(name, region, action string) *apiError {
	b := inv.buckets[name]
	switch {
	case b != nil && b.Denied:
		return &apiError{code: "AccessDenied", message: "Access Denied", status: http.StatusForbidden}
	case b == nil:
		return &apiError{code: "NoSuchBucket", message: "The specified bucket does not exist", status: http.StatusNotFound}
	case b.Region != region && action != "GetBucketLocation":
		return &apiError{
			code: "PermanentRedirect", status: http.StatusMovedPermanently, bucketRegion: b.Region,
			message: "The bucket you are attempting to access must be addressed using the specified endpoint.",
		}
	}
	return nil
}

// encodeElement writes an answer of S3.
func encodeElement(e element, namespace string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	root := xml.StartElement{Name: xml.Name{Space: namespace, Local: e.name}}
	err := xml.NewEncoder(&b).EncodeElement(e.value, root)
	return b.Bytes(), err
}

// A restError is an error of S3.
type restError struct {
	XMLName    xml.Name `xml:"Error"`
	Code       string
	Message    string
	BucketName string `xml:",omitempty"`
	Endpoint   string `xml:",omitempty"`
	RequestID  string `xml:"RequestId"`
	HostID     string `xml:"HostId"`
}

func encodeRestError(failure *apiError) []byte {
	e := restError{Code: failure.code, Message: failure.message, BucketName: failure.bucket, RequestID: "EXAMPLEREQUEST00", HostID: "example"}
	if failure.bucketRegion != "" {
		e.Endpoint = failure.bucket + ".s3." + failure.bucketRegion + ".amazonaws.com"
	}
	out, _ := xml.Marshal(e) // strings
	return append([]byte(xml.Header), out...)
}

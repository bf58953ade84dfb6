package simulator

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
)

// A Bucket is what S3 says of a bucket. A part that is nil is not set, as S3
// says it: with an error code of its own, or for Versioning an empty answer.
type Bucket struct {
	Name, Region      string
	PublicAccessBlock *PublicAccessBlock
	PolicyStatus      *PolicyStatus
	Encryption        *BucketEncryption
	Versioning        *BucketVersioning
	Denied            bool // every call is answered with AccessDenied
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

// A bucketRead is one way to ask about a bucket.
type bucketRead struct {
	action string // the IAM action, which is not always the operation's name
	root   string // of the answer
	answer func(*Bucket) (any, *apiError)
}

// bucketReadOf finds the read by the query parameter that asks for it.
func bucketReadOf(r *http.Request) *bucketRead {
	query := r.URL.Query()
	for name, read := range map[string]bucketRead{
		"encryption":        {"s3:GetEncryptionConfiguration", "ServerSideEncryptionConfiguration", encryptionOf},
		"location":          {"s3:GetBucketLocation", "LocationConstraint", locationOf},
		"policyStatus":      {"s3:GetBucketPolicyStatus", "PolicyStatus", policyStatusOf},
		"publicAccessBlock": {"s3:GetBucketPublicAccessBlock", "PublicAccessBlockConfiguration", accessBlockOf},
		"versioning":        {"s3:GetBucketVersioning", "VersioningConfiguration", versioningOf},
	} {
		if query.Has(name) {
			return &read
		}
	}
	return nil
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

// s3 finds the IAM action of a call to S3 and the function that answers it.
// Buckets are in the path.
func (s *Server) s3(r *http.Request) (string, func() (any, *apiError)) {
	read := bucketReadOf(r)
	name, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if read == nil || name == "" || key != "" || r.Method != http.MethodGet {
		return "s3:unknown", func() (any, *apiError) {
			return nil, &apiError{code: "NotImplemented", message: "A header you provided implies functionality that is not implemented", status: http.StatusNotImplemented}
		}
	}
	return read.action, func() (any, *apiError) {
		signed, _ := scopeOf(r)
		failure := s.inventory.openBucket(name, signed, read.action)
		if failure != nil {
			failure.bucket = name
			return nil, failure
		}
		value, failure := read.answer(s.inventory.buckets[name])
		if failure != nil {
			failure.bucket = name
			return nil, failure
		}
		return element{read.root, value}, nil
	}
}

// openBucket tells why a bucket cannot be asked by who signed for a region.
func (inv *Inventory) openBucket(name, signed, action string) *apiError {
	b := inv.buckets[name]
	switch {
	case signed == "" || (b != nil && b.Denied):
		return &apiError{code: "AccessDenied", message: "Access Denied", status: http.StatusForbidden}
	case b == nil:
		return &apiError{code: "NoSuchBucket", message: "The specified bucket does not exist", status: http.StatusNotFound}
	case b.Region != signed && action != "s3:GetBucketLocation":
		return &apiError{
			code: "PermanentRedirect", status: http.StatusMovedPermanently, bucketRegion: b.Region,
			message: "The bucket you are attempting to access must be addressed using the specified endpoint.",
		}
	}
	return nil
}

const s3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// encodeElement writes an answer of S3.
func encodeElement(e element) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	root := xml.StartElement{Name: xml.Name{Space: s3Namespace, Local: e.name}}
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

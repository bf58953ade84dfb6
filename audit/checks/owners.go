package checks

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/access"
	"github.com/sgexport/sgexport/graph/view"
)

// imageAccountText are the accounts of AWS's own images. Its first lines say where they
// are from; go run ./audit/checks/refresh makes it again.
//
//go:embed image_accounts.txt
var imageAccountText string

// imageAccounts are the accounts that AWS publishes images for SageMaker in.
var imageAccounts = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(imageAccountText) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			all[line] = true
		}
	}
	return all
})

// imageUsers are the kinds that say which images they run, by which images are known.
var imageUsers = strings.Fields(`AWSSageMakerModel AWSSageMakerTrainingJob AWSSageMakerProcessingJob AWSSageMakerImageVersion AWSSageMakerModelPackage AWSSageMakerAlgorithm`)

var usedImage = map[string]view.KeepEdges{"USED_IMAGE": {}}

var ownerChecks = []*Check{
	{
		ID:       "image-from-another-account",
		Title:    "Image of an account that is neither among those exported nor AWS's own",
		Severity: audit.Medium,
		Fix:      "Copy the image to a repository of your own after a scan, and name it by its digest.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/docker-containers-prebuilt.html " +
			"https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html",
		Reads: "AWSECRRepositoryImage\nAWSAccount organization_id\n" + strings.Join(imageUsers, "\n"),
		Edges: usedImage,
		Find: eachImage(func(o *Subject, host string, users []view.Edge) {
			account := imageAccount(host)
			if account == "" || o.Search.IsExported(account) || imageAccounts()[account] {
				return
			}
			o.Wrong("Image", o.ID, "it is account %s's, another account", account)
			if isKin(o.Search.Graph, access.ARNAccount(users[0].From), account) {
				o.Severe(audit.Low)
			}
		}),
	},
	{
		ID:         "image-outside-ecr",
		Title:      "Image of a registry that is not a private one of Amazon ECR",
		Severity:   audit.Medium,
		Fix:        "Copy the image to a repository of your own in Amazon ECR after a scan, and name it by its digest.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-containers-inference-private.html https://docs.aws.amazon.com/AmazonECR/latest/public/public-registries.html",
		Reads:      "AWSECRRepositoryImage\n" + strings.Join(imageUsers, "\n"),
		Edges:      usedImage,
		Find: eachImage(func(o *Subject, host string, _ []view.Edge) {
			switch {
			case imageAccount(host) != "":
			case host == "public.ecr.aws":
				o.Wrong("Image", o.ID, "anybody may publish in the gallery of Amazon ECR Public")
			case !strings.ContainsAny(host, ".:"):
				o.Wrong("Image", o.ID, "it names no registry, which means Docker Hub where that is asked")
			default:
				o.Wrong("Image", o.ID, "the registry %s is none of Amazon ECR's", host)
			}
		}),
	},
	{
		ID:         "output-bucket-of-another-account",
		Title:      "Resources write to a bucket of another account",
		Severity:   audit.Low,
		Fix:        "Let outputs and captured data go to a bucket of the same account, or make sure that the other one may have them.",
		References: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html",
		Reads:      "AWSS3Bucket name policy",
		Edges: map[string]view.KeepEdges{
			"WROTE_TO":                {Ends: ofBucket, Details: true},
			"PRODUCED_MODEL_ARTIFACT": {Ends: ofBucket, Details: true},
		},
		Find: func(s *Search) {
			for _, n := range s.Nodes("AWSS3Bucket") {
				s.look(n, findForeignWriters)
			}
			s.kind("AWSS3Bucket")
		},
	},
}

func ofBucket(_, to string) bool { return to == "AWSS3Bucket" }

// mostUsers is how many resources one finding names.
const mostUsers = 5

// eachImage looks at every image that something uses. Those of what was not listed or
// described are noted as missing.
func eachImage(look func(o *Subject, host string, users []view.Edge)) func(*Search) {
	return func(s *Search) {
		for _, n := range s.Nodes("AWSECRRepositoryImage") {
			users := s.To("USED_IMAGE", n.ID)
			if len(users) == 0 {
				continue
			}
			s.look(n, func(o *Subject) {
				host, _, _ := strings.Cut(n.ID, "/")
				if look(o, host, users); len(o.evidence) > 0 {
					o.usedBy(users)
				}
			})
		}
		for _, label := range imageUsers {
			s.kind(label)
		}
	}
}

// usedBy adds what uses the subject to the evidence.
func (o *Subject) usedBy(users []view.Edge) {
	for _, e := range users[:min(len(users), mostUsers)] {
		o.WrongOf(e.From, e.Path, o.ID, "it uses it")
	}
	if more := len(users) - mostUsers; more > 0 {
		o.Wrong("", "", "and %d resources more", more)
	}
}

// imageAccount returns the account of a host of Amazon ECR's private registries, or "".
// Source: Amazon ECR User Guide, "Private registry"; hosts end in amazonaws.com and
// amazonaws.com.cn, those for IPv6 in on.aws and on.amazonwebservices.com.cn.
func imageAccount(host string) string {
	account, rest, _ := strings.Cut(host, ".")
	if len(account) != 12 || strings.Trim(account, "0123456789") != "" {
		return ""
	}
	service, _, _ := strings.Cut(rest, ".")
	isECR := service == "dkr-ecr" || service == "dkr-ecr-fips" || strings.HasPrefix(rest, "dkr.ecr.") || strings.HasPrefix(rest, "dkr.ecr-fips.")
	for _, end := range []string{".amazonaws.com", ".amazonaws.com.cn", ".on.aws", ".on.amazonwebservices.com.cn"} {
		if isECR && strings.HasSuffix(rest, end) {
			return account
		}
	}
	return ""
}

// findForeignWriters finds what writes to a bucket and is of another account than its
// own, which is the one that was answered with its policy.
func findForeignWriters(o *Subject) {
	if !o.Read("policy") {
		return
	}
	at := origin{bucket: o.Node}
	var writers []view.Edge
	for _, typ := range []string{"WROTE_TO", "PRODUCED_MODEL_ARTIFACT"} {
		for _, e := range o.Search.To(typ, o.ID) {
			if account := access.ARNAccount(e.From); account != "" && account != at.owner() {
				writers = append(writers, e)
			}
		}
	}
	for _, e := range writers[:min(len(writers), mostUsers)] {
		o.WrongOf(e.From, e.Path, e.Ref, "it writes there, and the bucket is account %s's", at.owner())
	}
	if more := len(writers) - mostUsers; more > 0 {
		o.Wrong("", "", "and %d resources more", more)
	}
}

package arn_test

import (
	"testing"

	"github.com/sgexport/sgexport/audit/arn"
)

func TestParse(t *testing.T) {
	for id, want := range map[string]struct {
		arn.ARN
		kind string
	}{
		"arn:aws:iam::012345678901:role/path/x":                  {arn.ARN{"aws", "iam", "", "012345678901", "role/path/x"}, "role"},
		"arn:aws-cn:lambda:cn-north-1:012345678901:function:f:1": {arn.ARN{"aws-cn", "lambda", "cn-north-1", "012345678901", "function:f:1"}, "function"},
		"arn:aws:s3:::bucket":                                    {arn.ARN{"aws", "s3", "", "", "bucket"}, "bucket"},
		"subnet-1":                                               {},
		"a:b:c:d:e:f":                                            {},
		"arn:aws:s3":                                             {},
		"":                                                       {},
	} {
		if got := arn.Parse(id); got != want.ARN || got.Kind() != want.kind {
			t.Errorf("%s: %+v %s, want %+v", id, got, got.Kind(), want)
		}
	}
}

func TestPartitionOf(t *testing.T) {
	for region, want := range map[string]string{"us-east-1": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov", "us-iso-east-1": "aws-iso", "us-isob-east-1": "aws-iso-b", "eusc-de-east-1": "aws-eusc"} {
		if got := arn.PartitionOf(region); got != want {
			t.Errorf("%s is of %s, want %s", region, got, want)
		}
	}
}

func TestHomes(t *testing.T) {
	h, ok := arn.NewHomes([]string{"2/us-east-1", "1/us-west-2", "2/global", "2/eu-west-1"})
	if !ok {
		t.Fatal("there are none")
	}
	for _, c := range []struct {
		ids  []string
		want string
	}{
		{[]string{"arn:aws:sagemaker:us-east-1:2:x"}, "2 us-east-1"},
		{[]string{"arn:aws:sagemaker:ap-south-1:2:x"}, "2 eu-west-1"},
		{[]string{"arn:aws:iam::2:role/x"}, "2 eu-west-1"},
		{[]string{"bucket", "arn:aws:iam::3:role/x", "arn:aws:iam::2:role/x"}, "2 eu-west-1"},
		{[]string{"bucket"}, "1 us-west-2"},
		{nil, "1 us-west-2"},
	} {
		account, region := h.Of(c.ids...)
		if got := account + " " + region; got != c.want {
			t.Errorf("%v: %s, want %s", c.ids, got, c.want)
		}
	}
	if _, ok := arn.NewHomes([]string{"1/global", "2"}); ok {
		t.Error("a home without a region")
	}
}

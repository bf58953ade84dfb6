package checks

import (
	"slices"
	"testing"
)

// TestOutsiders holds whom policies let in from outside.
func TestOutsiders(t *testing.T) {
	const arn = "arn:aws:s3:::b/m.tar.gz"
	for statement, want := range map[string][]string{
		`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`:                                                                          {"any account"},
		`{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:Put*","Resource":"arn:aws:s3:::b/*"}`:                                                {"any account"},
		`{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}`:        nil,
		`{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}}}`:     {"any account, on conditions (IpAddress aws:SourceIp 198.51.100.0/24)"},
		`{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`:              {"any account"},
		`{"Effect":"Allow","Principal":{"AWS":["222233334444","arn:aws:iam::333344445555:root"]},"Action":"s3:PutObject","Resource":"*"}`:            {"account 222233334444", "account 333344445555"},
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222233334444:role/R"},"Action":"s3:PutObject","Resource":"*"}`:                           {"account 222233334444"},
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/R"},"Action":"s3:PutObject","Resource":"*"}`:                           nil,
		`{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"s3:PutObject","Resource":"*"}`:                                nil,
		`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}`:                                                                  nil,
		`{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::b/other/*"}`:                                             nil,
		`{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"*"},{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`: nil,
		`{"Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:PutObject","Resource":"*"}`:                          {"any account"},
		`{"Effect":"Allow","Principal":{"AWS":["*","222233334444"]},"Action":"s3:PutObject","Resource":"*"}`:                                         {"any account"},
	} {
		all, ok := outsidersOf("p", `{"Version":"2012-10-17","Statement":[`+statement+`]}`, arn, "111122223333", "s3:PutObject")
		var got []string
		for _, o := range all {
			got = append(got, o.says())
		}
		if !ok || !slices.Equal(got, want) {
			t.Errorf("%s\ngot  %q\nwant %q", statement, got, want)
		}
	}
	if _, ok := outsidersOf("p", `{"Statement":`, arn, "111122223333", "s3:PutObject"); ok {
		t.Error("a policy that is cut is understood")
	}
}

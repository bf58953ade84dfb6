package simulator_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/sgexport/sgexport/simulator"
)

const kmsPrefix = "arn:aws:kms:us-east-1:012345678901:"

const keys = `{
	"Keys": [
		{"KeyMetadata": {"KeyId": "k1", "Arn": "` + kmsPrefix + `key/k1", "KeyState": "PendingDeletion", "Enabled": false, "KeyManager": "CUSTOMER", "CreationDate": "2024-01-02T03:04:05.678Z", "DeletionDate": "2025-01-02T03:04:05Z"},
			"Policy": {"Version": "2012-10-17", "Statement": []},
			"Grants": [{"GrantId": "g1", "GranteePrincipal": "p1", "Operations": ["Decrypt"]}, {"GrantId": "g2"}, {"GrantId": "g3"}]},
		{"KeyMetadata": {"KeyId": "k2", "Arn": "` + kmsPrefix + `key/k2", "KeyManager": "AWS"}, "Policy": "not JSON"}
	],
	"Aliases": [
		{"AliasName": "alias/a", "AliasArn": "` + kmsPrefix + `alias/a", "TargetKeyId": "k1", "CreationDate": "2024-01-02T03:04:05Z"},
		{"AliasName": "alias/aws/s3", "AliasArn": "` + kmsPrefix + `alias/aws/s3", "TargetKeyId": "k2"},
		{"AliasName": "alias/aws/ebs", "AliasArn": "` + kmsPrefix + `alias/aws/ebs"}
	]
}`

func kmsClient(t *testing.T, options simulator.Options, region string) *kms.Client {
	t.Helper()
	return kms.NewFromConfig(start(t, serve(t, options, map[string]string{"us-east-1/KMS.json": keys}), region))
}

func TestKeys(t *testing.T) {
	client := kmsClient(t, simulator.Options{}, "us-east-1")
	for given, want := range map[string]string{ // key id, or an error's code; for the policy and the grants
		"k1":                    "k1 | {\"Statement\":[],\"Version\":\"2012-10-17\"} | 3",
		kmsPrefix + "key/k2":    "k2 | not JSON | 0",
		"alias/a":               "k1 | NotFoundException | NotFoundException",
		kmsPrefix + "alias/a":   "k1 | NotFoundException | NotFoundException",
		"alias/aws/ebs":         "NotFoundException | NotFoundException | NotFoundException",
		"alias/ghost":           "NotFoundException | NotFoundException | NotFoundException",
		"ghost":                 "NotFoundException | NotFoundException | NotFoundException",
		"arn:aws:s3:::key":      "InvalidArnException | InvalidArnException | InvalidArnException",
		kmsPrefix + "key/ghost": "NotFoundException | NotFoundException | NotFoundException",
		"arn:aws:kms:us-east-1:999999999999:key/k1": "AccessDeniedException | AccessDeniedException | AccessDeniedException",
		"arn:aws:kms:eu-west-1:012345678901:key/k1": "NotFoundException | NotFoundException | NotFoundException",
	} {
		var said []string
		key, err := client.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: &given})
		if err == nil {
			said = append(said, *key.KeyMetadata.KeyId)
		} else {
			said = append(said, code(err))
		}
		policy, err := client.GetKeyPolicy(t.Context(), &kms.GetKeyPolicyInput{KeyId: &given, PolicyName: aws.String("default")})
		if err == nil {
			said = append(said, *policy.Policy)
		} else {
			said = append(said, code(err))
		}
		grants, err := client.ListGrants(t.Context(), &kms.ListGrantsInput{KeyId: &given})
		if err == nil {
			said = append(said, strings.Repeat("x", len(grants.Grants)))
			said[2] = map[int]string{0: "0", 3: "3"}[len(grants.Grants)]
		} else {
			said = append(said, code(err))
		}
		if got := strings.Join(said, " | "); got != want {
			t.Errorf("%s: %s, want %s", given, got, want)
		}
	}
	key, err := client.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: aws.String("k1")})
	if err != nil || key.KeyMetadata.KeyState != types.KeyStatePendingDeletion || key.KeyMetadata.Enabled || key.KeyMetadata.CreationDate.UnixMilli() != 1704164645678 {
		t.Errorf("%s, %v", asJSON(key), err)
	}
	if _, err := client.GetKeyPolicy(t.Context(), &kms.GetKeyPolicyInput{KeyId: aws.String("k1"), PolicyName: aws.String("other")}); code(err) != "NotFoundException" {
		t.Errorf("another policy: %v", err)
	}
	if _, err := client.ListKeys(t.Context(), &kms.ListKeysInput{}); code(err) != "UnknownOperationException" {
		t.Errorf("not served: %v", err)
	}
	if _, err := kmsClient(t, simulator.Options{}, "eu-west-1").DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: aws.String("k1")}); code(err) != "NotFoundException" {
		t.Errorf("abroad: %v", err)
	}
}

func TestKeyPages(t *testing.T) {
	client := kmsClient(t, simulator.Options{}, "us-east-1")
	var grants []string
	for p := kms.NewListGrantsPaginator(client, &kms.ListGrantsInput{KeyId: aws.String("k1"), Limit: aws.Int32(2)}); p.HasMorePages(); {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, grant := range out.Grants {
			grants = append(grants, *grant.GrantId)
		}
		grants = append(grants, "/")
	}
	if got := strings.Join(grants, " "); got != "g1 g2 / g3 /" {
		t.Errorf("grants %s", got)
	}
	one, err := client.ListGrants(t.Context(), &kms.ListGrantsInput{KeyId: aws.String("k1"), GrantId: aws.String("g2")})
	if err != nil || len(one.Grants) != 1 {
		t.Errorf("one grant: %s, %v", asJSON(one), err)
	}
	var aliases []string
	for p := kms.NewListAliasesPaginator(client, &kms.ListAliasesInput{Limit: aws.Int32(1)}); p.HasMorePages(); {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, alias := range out.Aliases {
			aliases = append(aliases, *alias.AliasName)
		}
	}
	if got := strings.Join(aliases, " "); got != "alias/a alias/aws/s3 alias/aws/ebs" {
		t.Errorf("aliases %s", got)
	}
	of, err := client.ListAliases(t.Context(), &kms.ListAliasesInput{KeyId: aws.String("k2")})
	if err != nil || len(of.Aliases) != 1 || *of.Aliases[0].AliasName != "alias/aws/s3" {
		t.Errorf("aliases of a key: %s, %v", asJSON(of), err)
	}
	if _, err := client.ListAliases(t.Context(), &kms.ListAliasesInput{Marker: aws.String("x")}); code(err) != "InvalidMarkerException" {
		t.Errorf("marker: %v", err)
	}
	if _, err := client.ListAliases(t.Context(), &kms.ListAliasesInput{Limit: aws.Int32(101)}); code(err) != "ValidationException" {
		t.Errorf("page: %v", err)
	}
}

// TestKeyMembers reads a key back in which every member has a value, and how
// errors and edits come.
func TestKeyMembers(t *testing.T) {
	values := map[string]any{"KeyId": "k", "Arn": kmsPrefix + "key/k"}
	metadata := filledWith(reflect.TypeFor[types.KeyMetadata](), "", values).(map[string]any)
	file := map[string]any{"Keys": []any{map[string]any{"KeyMetadata": metadata, "Grants": []any{filledWith(reflect.TypeFor[types.GrantListEntry](), "", values)}}}}
	options := simulator.Options{
		Fault: func(action string, _ int, _ []byte) *simulator.Fault {
			if action == "kms:ListAliases" {
				return &simulator.Fault{Code: "AccessDeniedException", Message: "not authorized to perform: kms:ListAliases"}
			}
			return nil
		},
		Edit: func(action string, doc map[string]any) []map[string]any {
			if action == "kms:GetKeyPolicy" {
				doc["Policy"] = "edited"
			}
			return []map[string]any{doc}
		},
	}
	client := kms.NewFromConfig(start(t, serve(t, options, map[string]string{"us-east-1/KMS.json": asJSON(file)}), "us-east-1"))
	key, err := client.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: aws.String("k")})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "key", key.KeyMetadata, plainJSON(t, metadata))
	grants, err := client.ListGrants(t.Context(), &kms.ListGrantsInput{KeyId: aws.String("k")})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "grant", grants.Grants[0], plainJSON(t, filledWith(reflect.TypeFor[types.GrantListEntry](), "", values)))
	if _, err := client.ListAliases(t.Context(), &kms.ListAliasesInput{}); code(err) != "AccessDeniedException" || !strings.Contains(err.Error(), "not authorized to perform: kms:ListAliases") {
		t.Errorf("denied: %v", err)
	}
	if out, err := client.GetKeyPolicy(t.Context(), &kms.GetKeyPolicyInput{KeyId: aws.String("k")}); err != nil || *out.Policy != "edited" {
		t.Errorf("edited: %s, %v", asJSON(out), err)
	}
}

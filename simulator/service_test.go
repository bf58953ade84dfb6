package simulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/sgexport/sgexport/simulator"
)

// serve makes a server of files of the account, by name below it.
func serve(t *testing.T, options simulator.Options, files map[string]string) *simulator.Server {
	t.Helper()
	inventory, err := simulator.Load(account(files))
	if err != nil {
		t.Fatal(err)
	}
	return simulator.New(inventory, options)
}

func account(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out["012345678901/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

// invokeOn calls an operation of any client of the SDK.
func invokeOn(ctx context.Context, client any, operation string, input map[string]any) (any, error) {
	method := reflect.ValueOf(client).MethodByName(operation)
	in := reflect.New(method.Type().In(1).Elem())
	text, err := json.Marshal(input)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, in.Interface()); err != nil {
		return nil, err
	}
	out := method.Call([]reflect.Value{reflect.ValueOf(ctx), in})
	if err, _ := out[1].Interface().(error); err != nil {
		return nil, err
	}
	return out[0].Interface(), nil
}

// plainJSON is a value as JSON that was read.
func plainJSON(t *testing.T, v any) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal([]byte(asJSON(v)), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// filledWith is a document in which every member of an SDK type has a value:
// those of the map, and others that tell where they are from. A type within
// itself is left out.
func filledWith(typ reflect.Type, name string, values map[string]any, within ...reflect.Type) any {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if value, ok := values[name]; ok && typ.Kind() != reflect.Slice {
		return value
	}
	switch typ.Kind() {
	case reflect.String:
		return "a " + name + " <&>"
	case reflect.Bool:
		return true
	case reflect.Int32, reflect.Int64:
		return len(name)
	case reflect.Float32, reflect.Float64:
		return 0.5
	case reflect.Map:
		return map[string]any{"key": filledWith(typ.Elem(), name, values, within...)}
	case reflect.Slice:
		if item := filledWith(typ.Elem(), name, values, within...); item != nil {
			return []any{item, item}
		}
		return []any{}
	case reflect.Struct:
		if typ == reflect.TypeFor[time.Time]() {
			return "2025-02-03T04:05:06Z"
		}
		for _, outer := range within {
			if outer == typ {
				return nil
			}
		}
		out := map[string]any{}
		for f := range typ.Fields() {
			if !f.IsExported() {
				continue
			}
			if value := filledWith(f.Type, f.Name, values, append(within, typ)...); value != nil {
				out[f.Name] = value
			}
		}
		return out
	}
	panic(fmt.Sprintf("no value for %s, a %s", name, typ))
}

// lowered is a document with the members of an API that writes them with a
// small first letter.
func lowered(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = lowered(item)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for name, value := range v {
			out[strings.ToLower(name[:1])+name[1:]] = lowered(value)
		}
		return out
	}
	return v
}

// TestServiceLoadErrors reads files that a service could not have.
func TestServiceLoadErrors(t *testing.T) {
	const vpc = `"Vpcs": [{"VpcId": "vpc-1"}], "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}]`
	const user = `{"UserName": "u", "Path": "/", "Arn": "arn:aws:iam::012345678901:user/u"}`
	for name, c := range map[string]struct{ file, text, want string }{
		"place":          {"EC2.json", `{}`, "want <account>/<region>/<Kind>.json"},
		"place of IAM":   {"us-east-1/IAM.json", `{}`, "no such kind"},
		"region":         {"mars/EC2.json", `{}`, "want <account>/<region>/EC2.json"},
		"syntax":         {"us-east-1/EC2.json", `{`, "unexpected EOF"},
		"list":           {"us-east-1/EC2.json", `[]`, "EC2: want an object"},
		"unknown member": {"us-east-1/EC2.json", `{"Lagoons": []}`, "EC2.Lagoons: ec2Data has no such member"},
		"nested member":  {"us-east-1/EC2.json", `{"Vpcs": [{"VpcId": "vpc-1", "Colour": "red"}]}`, "EC2.Vpcs[0].Colour: Vpc has no such member"},
		"type":           {"us-east-1/EC2.json", `{"Vpcs": [{"VpcId": "vpc-1", "IsDefault": "no"}]}`, "EC2.Vpcs[0].IsDefault: want true or false"},
		"text":           {"us-east-1/EC2.json", `{"Vpcs": [{"VpcId": {"Id": 1}}]}`, "EC2.Vpcs[0].VpcId: want a string"},
		"no id":          {"us-east-1/EC2.json", `{"Vpcs": [{}]}`, "EC2.Vpcs[0].VpcId: missing"},
		"twice":          {"us-east-1/EC2.json", `{"Vpcs": [{"VpcId": "vpc-1"}, {"VpcId": "vpc-1"}]}`, "EC2.Vpcs[1].VpcId: vpc-1 appears twice"},
		"id of another":  {"us-east-1/EC2.json", `{"Vpcs": [{"VpcId": "subnet-1"}]}`, "EC2.Vpcs[0].VpcId: subnet-1 does not begin with vpc-"},
		"no VPC":         {"us-east-1/EC2.json", `{"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-2"}]}`, "EC2.Subnets[0].VpcId: vpc-2 is not in Vpcs"},
		"no subnet":      {"us-east-1/EC2.json", `{` + vpc + `, "RouteTables": [{"RouteTableId": "rtb-1", "Associations": [{"SubnetId": "subnet-2"}]}]}`, "EC2.RouteTables[0].Associations.SubnetId: subnet-2 is not in Subnets"},
		"two tables":     {"us-east-1/EC2.json", `{` + vpc + `, "RouteTables": [{"RouteTableId": "rtb-1", "Associations": [{"SubnetId": "subnet-1"}]}, {"RouteTableId": "rtb-2", "Associations": [{"SubnetId": "subnet-1"}]}]}`, "EC2.RouteTables[1].Associations: subnet-1 has two route tables"},
		"two main":       {"us-east-1/EC2.json", `{` + vpc + `, "RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [{"Main": true}]}, {"RouteTableId": "rtb-2", "VpcId": "vpc-1", "Associations": [{"Main": true}]}]}`, "main of vpc-1 has two route tables"},
		"no group":       {"IAM.json", `{"UserDetailList": [` + strings.Replace(user, `}`, `, "GroupList": ["g"]}`, 1) + `]}`, "IAM.UserDetailList[0].GroupList: g is not in GroupDetailList"},
		"no policy":      {"IAM.json", `{"UserDetailList": [` + strings.Replace(user, `}`, `, "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/P"}]}`, 1) + `]}`, "arn:aws:iam::aws:policy/P is not in Policies"},
		"no boundary":    {"IAM.json", `{"UserDetailList": [` + strings.Replace(user, `}`, `, "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::aws:policy/P"}}`, 1) + `]}`, "PermissionsBoundaryArn: arn:aws:iam::aws:policy/P is not in Policies"},
		"another's user": {"IAM.json", `{"UserDetailList": [` + strings.Replace(user, "012345678901", "999999999999", 1) + `]}`, "IAM.UserDetailList[0].Arn: arn:aws:iam::999999999999:user/u is not of the account"},
		"another path":   {"IAM.json", `{"UserDetailList": [` + strings.Replace(user, `"/"`, `"/a/"`, 1) + `]}`, "does not end with the Path and the UserName"},
		"no version":     {"IAM.json", `{"Policies": [{"PolicyName": "P", "Path": "/", "Arn": "arn:aws:iam::012345678901:policy/P", "DefaultVersionId": "v2", "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true}]}]}`, "IAM.Policies[0].DefaultVersionId: is not the one default version"},
		"key's ARN":      {"us-east-1/KMS.json", `{"Keys": [{"KeyMetadata": {"KeyId": "k", "Arn": "arn:aws:kms:eu-west-1:012345678901:key/k"}}]}`, "does not end with :kms:us-east-1:012345678901:key/k"},
		"no key":         {"us-east-1/KMS.json", `{"Aliases": [{"AliasName": "alias/a", "AliasArn": "` + kmsPrefix + `alias/a", "TargetKeyId": "k"}]}`, "KMS.Aliases[0].TargetKeyId: k is not in Keys"},
		"alias' ARN":     {"us-east-1/KMS.json", `{"Aliases": [{"AliasName": "alias/a", "AliasArn": "` + kmsPrefix + `alias/b"}]}`, "is not the ARN of the alias alias/a"},
		"repository":     {"us-east-1/ECR.json", `{"repositories": [{"repositoryName": "r", "repositoryArn": "arn:aws:ecr:us-east-1:012345678901:repository/s"}]}`, "does not end with :ecr:us-east-1:012345678901:repository/r"},
		"capital letter": {"us-east-1/ECR.json", `{"Repositories": []}`, "ECR.Repositories: ecrData has no such member"},
		"no repository":  {"us-east-1/ECR.json", `{"policies": [{"repositoryName": "r", "policyText": {}}]}`, "ECR.policies[0].repositoryName: r is not in repositories"},
		"function":       {"us-east-1/Lambda.json", `{"Functions": [{"FunctionName": "f", "FunctionArn": "arn:aws:lambda:us-east-1:012345678901:function:g"}]}`, "does not end with :lambda:us-east-1:012345678901:function:f"},
		"no function":    {"us-east-1/Lambda.json", `{"Policies": [{"FunctionName": "f", "Policy": {}}]}`, "Lambda.Policies[0].FunctionName: f is not in Functions"},
		"organization":   {"Organizations.json", `{}`, "Organizations.Organization: missing"},
		"no parent":      {"Organizations.json", `{"Organization": {"Id": "o-1"}}`, "Organizations.Parents: none of the account 012345678901"},
		"no grandparent": {"Organizations.json", `{"Organization": {"Id": "o-1"}, "Parents": [{"ChildId": "012345678901", "Id": "ou-1", "Type": "ORGANIZATIONAL_UNIT"}]}`, "Organizations.Parents[0].Id: ou-1 has no parent"},
		"parent's type":  {"Organizations.json", `{"Organization": {"Id": "o-1"}, "Parents": [{"ChildId": "012345678901", "Id": "ou-1", "Type": "OU"}]}`, `Organizations.Parents[0].Type: "OU" is none of a parent`},
		"no SCP":         {"Organizations.json", `{"Organization": {"Id": "o-1"}, "Targets": [{"TargetId": "012345678901", "PolicyIds": ["p-1"]}]}`, "Organizations.Targets[0].PolicyIds: p-1 is not in Policies"},
		"share":          {"us-east-1/RAM.json", `{"resourceShares": [{"resourceShareArn": "arn:aws:ram:eu-west-1:012345678901:resource-share/s"}]}`, "does not contain :ram:us-east-1:012345678901:resource-share/"},
		"no share":       {"us-east-1/RAM.json", `{"principals": [{"resourceShareArn": "arn:aws:ram:us-east-1:012345678901:resource-share/s", "id": "210987654321"}]}`, "RAM.principals[0].resourceShareArn: arn:aws:ram:us-east-1:012345678901:resource-share/s is not in resourceShares"},
		"account block":  {"S3Control.json", `{"PublicAccessBlockConfiguration": {"BlockAll": true}}`, "S3Control.PublicAccessBlockConfiguration.BlockAll: PublicAccessBlock has no such member"},
		"policy of none": {"us-east-1/SageMaker.json", `{"ModelPackageGroupPolicies": [{"ModelPackageGroupName": "g", "ResourcePolicy": {}}]}`, "ModelPackageGroupPolicies[0]: no document of the ModelPackageGroup"},
	} {
		_, err := simulator.Load(account(map[string]string{c.file: c.text}))
		if err == nil || !strings.Contains(err.Error(), c.file+": ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// TestServiceRequests sends what the SDK would not, to each service.
func TestServiceRequests(t *testing.T) {
	url := *start(t, serve(t, simulator.Options{}, map[string]string{"us-east-1/Model.json": "[]"}), "us-east-1").BaseEndpoint
	signature := func(service string) string {
		return "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20250101/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=0"
	}
	for name, c := range map[string]struct {
		method, path, target, signed, body string
		status                             int
		want                               string
	}{
		"IAM, unsigned":           {"POST", "/", "", "", "Action=ListAccountAliases&Version=2010-05-08", 403, "<Code>MissingAuthenticationToken</Code>"},
		"IAM, by its version":     {"POST", "/", "", "sts", "Action=ListAccountAliases&Version=2010-05-08", 200, "<ListAccountAliasesResult><AccountAliases></AccountAliases><IsTruncated>false</IsTruncated></ListAccountAliasesResult>"},
		"IAM, bad number":         {"POST", "/", "", "iam", "Action=ListAccountAliases&Version=2010-05-08&MaxItems=many", 400, "<Code>ValidationError</Code>"},
		"no version":              {"POST", "/", "", "iam", "Action=ListAccountAliases", 404, "UnknownOperationException"},
		"EC2, unsigned":           {"POST", "/", "", "", "Action=DescribeVpcs&Version=2016-11-15", 401, "<Response><Errors><Error><Code>AuthFailure</Code>"},
		"EC2, unknown parameter":  {"POST", "/", "", "ec2", "Action=DescribeVpcs&Version=2016-11-15&Colour.1=red", 400, "<Code>UnknownParameter</Code><Message>The parameter Colour is not recognized</Message>"},
		"EC2, no list":            {"POST", "/", "", "ec2", "Action=GetManagedPrefixListEntries&Version=2016-11-15", 400, "<Code>MissingParameter</Code>"},
		"EC2, lists in disorder":  {"POST", "/", "", "ec2", "Action=DescribeVpcs&Version=2016-11-15&Filter.2.Name=vpc-id&Filter.2.Value.2=b&Filter.2.Value.1=a&Filter.10.Name=state&Filter.10.Value.1=available", 200, "<vpcSet></vpcSet>"},
		"EC2, nested differently": {"POST", "/", "", "ec2", "Action=DescribeVpcs&Version=2016-11-15&VpcId=a&VpcId.1=b", 400, "InvalidVpcId.Malformed"},
		"KMS, unsigned":           {"POST", "/", "TrentService.DescribeKey", "", "{}", 403, "MissingAuthenticationTokenException"},
		"KMS, no JSON":            {"POST", "/", "TrentService.DescribeKey", "kms", "{", 400, "SerializationException"},
		"KMS, no key":             {"POST", "/", "TrentService.DescribeKey", "kms", "", 400, "Value null at 'keyId'"},
		"ECR, no name":            {"POST", "/", "AmazonEC2ContainerRegistry_V20150921.GetRepositoryPolicy", "ecr", "{}", 400, "InvalidParameterException"},
		"group, no name":          {"POST", "/", "SageMaker.GetModelPackageGroupPolicy", "sagemaker", "{}", 400, "Value null at 'modelPackageGroupName'"},
		"Lambda, unsigned":        {"GET", "/2015-03-31/functions/f/policy", "", "", "", 403, `{"Message":"Missing Authentication Token","Type":"User"}`},
		"Lambda, another part":    {"GET", "/2015-03-31/functions/f/aliases", "", "lambda", "", 400, `"Type":"User"`},
		"RAM, unsigned":           {"POST", "/listresources", "", "", "{}", 403, `{"message":"Missing Authentication Token"}`},
		"RAM, another method":     {"GET", "/listresources", "", "ram", "", 400, `{"message":""}`},
		"S3 control, unsigned":    {"GET", "/v20180820/configuration/publicAccessBlock", "", "", "", 403, "<ErrorResponse><Error><Code>AccessDenied</Code>"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, url+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.target != "" {
			req.Header.Set("X-Amz-Target", c.target)
		}
		if c.signed != "" {
			req.Header.Set("Authorization", signature(c.signed))
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != c.status || !strings.Contains(string(body), c.want) {
			t.Errorf("%s: %d %s", name, resp.StatusCode, body)
		}
	}
}

package catalog

import (
	"reflect"
	"slices"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/exporter/definition"
)

// A Secrecy says why a member is secret as a whole, or is not.
type Secrecy int

const (
	Open     Secrecy = iota // it is not, or its name says so
	Script                  // it is the body of a script
	Variable                // it is a variable of an environment
	Policy                  // it is a policy of IAM, or a part of one
)

// SecretMember says whether a member of a structure is secret as a whole, though
// other structures have harmless ones of its name.
func SecretMember(t reflect.Type, member string) Secrecy {
	s := secretMembers[t]
	if slices.Contains(s.members, member) {
		return s.secrecy
	}
	return Open
}

var secretMembers = map[reflect.Type]struct {
	secrecy Secrecy
	members []string
}{
	reflect.TypeFor[types.NotebookInstanceLifecycleHook](): {Script, []string{"Content"}},
	reflect.TypeFor[types.EnvironmentParameter]():          {Variable, []string{"Value"}},

	reflect.TypeFor[iamtypes.RoleDetail]():                        {Policy, []string{"AssumeRolePolicyDocument"}},
	reflect.TypeFor[iamtypes.PolicyDetail]():                      {Policy, []string{"PolicyDocument"}},
	reflect.TypeFor[iamtypes.PolicyVersion]():                     {Policy, []string{"Document"}},
	reflect.TypeFor[policyVersion]():                              {Policy, []string{"Document"}},
	reflect.TypeFor[inlinePolicy]():                               {Policy, []string{"PolicyDocument"}},
	reflect.TypeFor[definition.Statement]():                       {Policy, []string{"Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"}},
	reflect.TypeFor[ec2types.VpcEndpoint]():                       {Policy, []string{"PolicyDocument"}},
	reflect.TypeFor[s3.GetBucketPolicyOutput]():                   {Policy, []string{"Policy"}},
	reflect.TypeFor[kms.GetKeyPolicyOutput]():                     {Policy, []string{"Policy"}},
	reflect.TypeFor[ecr.GetRepositoryPolicyOutput]():              {Policy, []string{"PolicyText"}},
	reflect.TypeFor[lambda.GetPolicyOutput]():                     {Policy, []string{"Policy"}},
	reflect.TypeFor[orgtypes.Policy]():                            {Policy, []string{"Content"}},
	reflect.TypeFor[sagemaker.GetModelPackageGroupPolicyOutput](): {Policy, []string{"ResourcePolicy"}},
	reflect.TypeFor[sagemaker.GetLineageGroupPolicyOutput]():      {Policy, []string{"ResourcePolicy"}},
}

// UnionMembers are the union members that edge paths go through: reflection
// finds what a union holds, but not what it could hold.
func UnionMembers() map[reflect.Type][]reflect.Type { return unionMembers }

var unionMembers = map[reflect.Type][]reflect.Type{
	reflect.TypeFor[types.AIAdapterSource](): {
		reflect.TypeFor[types.AIAdapterSourceMemberModelPackageArns](),
		reflect.TypeFor[types.AIAdapterSourceMemberS3Uris](),
	},
	reflect.TypeFor[types.AIBenchmarkTarget](): {
		reflect.TypeFor[types.AIBenchmarkTargetMemberEndpoint](),
	},
	reflect.TypeFor[types.AIDatasetConfig](): {
		reflect.TypeFor[types.AIDatasetConfigMemberInputDataConfig](),
	},
	reflect.TypeFor[types.AIModelSource](): {
		reflect.TypeFor[types.AIModelSourceMemberS3](),
	},
	reflect.TypeFor[types.AutoMLProblemTypeConfig](): {
		reflect.TypeFor[types.AutoMLProblemTypeConfigMemberTabularJobConfig](),
		reflect.TypeFor[types.AutoMLProblemTypeConfigMemberTimeSeriesForecastingJobConfig](),
	},
	reflect.TypeFor[types.ClusterInstanceStorageConfig](): {
		reflect.TypeFor[types.ClusterInstanceStorageConfigMemberEbsVolumeConfig](),
		reflect.TypeFor[types.ClusterInstanceStorageConfigMemberFsxLustreConfig](),
		reflect.TypeFor[types.ClusterInstanceStorageConfigMemberFsxOpenZfsConfig](),
	},
	reflect.TypeFor[types.CustomFileSystem](): {
		reflect.TypeFor[types.CustomFileSystemMemberEFSFileSystem](),
		reflect.TypeFor[types.CustomFileSystemMemberFSxLustreFileSystem](),
		reflect.TypeFor[types.CustomFileSystemMemberS3FileSystem](),
	},
	reflect.TypeFor[types.CustomFileSystemConfig](): {
		reflect.TypeFor[types.CustomFileSystemConfigMemberEFSFileSystemConfig](),
		reflect.TypeFor[types.CustomFileSystemConfigMemberFSxLustreFileSystemConfig](),
		reflect.TypeFor[types.CustomFileSystemConfigMemberS3FileSystemConfig](),
	},
	reflect.TypeFor[types.OptimizationConfig](): {
		reflect.TypeFor[types.OptimizationConfigMemberModelCompilationConfig](),
		reflect.TypeFor[types.OptimizationConfigMemberModelQuantizationConfig](),
		reflect.TypeFor[types.OptimizationConfigMemberModelShardingConfig](),
		reflect.TypeFor[types.OptimizationConfigMemberModelSpeculativeDecodingConfig](),
	},
}

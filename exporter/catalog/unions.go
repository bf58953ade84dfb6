package catalog

import (
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// A Secrecy says why a member is secret as a whole.
type Secrecy int

const (
	Open     Secrecy = iota // it is not, or its name says so
	Script                  // it is the body of a script
	Variable                // it is a variable of an environment
)

// SecretMember says whether a member of a structure is secret as a whole, though
// other structures have harmless ones of its name.
func SecretMember(t reflect.Type, member string) Secrecy {
	if s := secretMembers[t]; s.member == member {
		return s.secrecy
	}
	return Open
}

var secretMembers = map[reflect.Type]struct {
	member  string
	secrecy Secrecy
}{
	reflect.TypeFor[types.NotebookInstanceLifecycleHook](): {"Content", Script},
	reflect.TypeFor[types.EnvironmentParameter]():          {"Value", Variable},
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

// Removes what an earlier snapshot had and this one has not.
// Run it after out.cypher of the same snapshot:
//   cypher-shell -f prune.cypher
// It only touches the scopes of this snapshot and, in them, what was read.
// Not inside a transaction of your own: it commits in batches.
// Snapshot 2026-01-02T03:04:05.000000Z by sgexport 0.1.0

// Edges whose field was read, or whose owner is gone.
MATCH (a:SgResource)-[r]->(b:SgResource)
WHERE r.sg_scope IN ['012345678901/global'] AND r.sg_snapshot < '2026-01-02T03:04:05.000000Z'
  AND (a.sg_snapshot >= '2026-01-02T03:04:05.000000Z' AND any(l IN labels(a) WHERE l + ' ' + type(r) + ' ' + r.path IN ['AWSS3Bucket ENCRYPTED_BY Encryption.ServerSideEncryptionConfiguration.Rules[].ApplyServerSideEncryptionByDefault.KMSMasterKeyID']))
CALL (r) { DELETE r } IN TRANSACTIONS OF 1000 ROWS;

// Edges whose field was read, or whose owner is gone.
MATCH (a:SgResource)-[r]->(b:SgResource)
WHERE r.sg_scope IN ['012345678901/us-east-1'] AND r.sg_snapshot < '2026-01-02T03:04:05.000000Z'
  AND (any(l IN labels(a) WHERE l + ' ' + type(r) + ' ' + r.path IN [
      'AWSSageMakerEndpoint ENCRYPTED_BY AsyncInferenceConfig.OutputConfig.KmsKeyId',
      'AWSSageMakerEndpoint ENCRYPTED_BY DataCaptureConfig.KmsKeyId',
      'AWSSageMakerEndpoint NOTIFIED AsyncInferenceConfig.OutputConfig.NotificationConfig.ErrorTopic',
      'AWSSageMakerEndpoint NOTIFIED AsyncInferenceConfig.OutputConfig.NotificationConfig.SuccessTopic',
      'AWSSageMakerEndpoint READ_FROM ExplainerConfig.ClarifyExplainerConfig.ShapConfig.ShapBaselineConfig.ShapBaselineUri',
      'AWSSageMakerEndpoint USED EndpointConfigName',
      'AWSSageMakerEndpoint USED PendingDeploymentSummary.EndpointConfigName',
      'AWSSageMakerEndpoint USED ProductionVariants[].CapacityReservationConfig.Ec2CapacityReservations[].Ec2CapacityReservationId',
      'AWSSageMakerEndpoint USED ShadowProductionVariants[].CapacityReservationConfig.Ec2CapacityReservations[].Ec2CapacityReservationId',
      'AWSSageMakerEndpoint USED_IMAGE PendingDeploymentSummary.ProductionVariants[].DeployedImages[].ResolvedImage',
      'AWSSageMakerEndpoint USED_IMAGE PendingDeploymentSummary.ProductionVariants[].DeployedImages[].SpecifiedImage',
      'AWSSageMakerEndpoint USED_IMAGE PendingDeploymentSummary.ShadowProductionVariants[].DeployedImages[].ResolvedImage',
      'AWSSageMakerEndpoint USED_IMAGE PendingDeploymentSummary.ShadowProductionVariants[].DeployedImages[].SpecifiedImage',
      'AWSSageMakerEndpoint USED_IMAGE ProductionVariants[].DeployedImages[].ResolvedImage',
      'AWSSageMakerEndpoint USED_IMAGE ProductionVariants[].DeployedImages[].SpecifiedImage',
      'AWSSageMakerEndpoint USED_IMAGE ShadowProductionVariants[].DeployedImages[].ResolvedImage',
      'AWSSageMakerEndpoint USED_IMAGE ShadowProductionVariants[].DeployedImages[].SpecifiedImage',
      'AWSSageMakerEndpoint WATCHED_BY LastDeploymentConfig.AutoRollbackConfiguration.Alarms[].AlarmName',
      'AWSSageMakerEndpoint WROTE_TO AsyncInferenceConfig.OutputConfig.S3FailurePath',
      'AWSSageMakerEndpoint WROTE_TO AsyncInferenceConfig.OutputConfig.S3OutputPath',
      'AWSSageMakerEndpoint WROTE_TO DataCaptureConfig.DestinationS3Uri',
      'AWSSageMakerEndpointConfig ENCRYPTED_BY AsyncInferenceConfig.OutputConfig.KmsKeyId',
      'AWSSageMakerEndpointConfig ENCRYPTED_BY DataCaptureConfig.KmsKeyId',
      'AWSSageMakerEndpointConfig ENCRYPTED_BY KmsKeyId',
      'AWSSageMakerEndpointConfig ENCRYPTED_BY ProductionVariants[].CoreDumpConfig.KmsKeyId',
      'AWSSageMakerEndpointConfig ENCRYPTED_BY ShadowProductionVariants[].CoreDumpConfig.KmsKeyId',
      'AWSSageMakerEndpointConfig HAS_EXECUTION_ROLE ExecutionRoleArn',
      'AWSSageMakerEndpointConfig MEMBER_OF_EC2_SECURITY_GROUP VpcConfig.SecurityGroupIds[]',
      'AWSSageMakerEndpointConfig NOTIFIED AsyncInferenceConfig.OutputConfig.NotificationConfig.ErrorTopic',
      'AWSSageMakerEndpointConfig NOTIFIED AsyncInferenceConfig.OutputConfig.NotificationConfig.SuccessTopic',
      'AWSSageMakerEndpointConfig PART_OF_SUBNET VpcConfig.Subnets[]',
      'AWSSageMakerEndpointConfig READ_FROM ExplainerConfig.ClarifyExplainerConfig.ShapConfig.ShapBaselineConfig.ShapBaselineUri',
      'AWSSageMakerEndpointConfig REFERENCED ProductionVariants[].InstancePools[].ModelNameOverride',
      'AWSSageMakerEndpointConfig REFERENCED ProductionVariants[].ModelName',
      'AWSSageMakerEndpointConfig REFERENCED ShadowProductionVariants[].InstancePools[].ModelNameOverride',
      'AWSSageMakerEndpointConfig REFERENCED ShadowProductionVariants[].ModelName',
      'AWSSageMakerEndpointConfig WROTE_TO AsyncInferenceConfig.OutputConfig.S3FailurePath',
      'AWSSageMakerEndpointConfig WROTE_TO AsyncInferenceConfig.OutputConfig.S3OutputPath',
      'AWSSageMakerEndpointConfig WROTE_TO DataCaptureConfig.DestinationS3Uri',
      'AWSSageMakerEndpointConfig WROTE_TO ProductionVariants[].CoreDumpConfig.DestinationS3Uri',
      'AWSSageMakerEndpointConfig WROTE_TO ShadowProductionVariants[].CoreDumpConfig.DestinationS3Uri',
      'AWSSageMakerModel HAS_EXECUTION_ROLE ExecutionRoleArn',
      'AWSSageMakerModel INVOKED Containers[].ImageConfig.RepositoryAuthConfig.RepositoryCredentialsProviderArn',
      'AWSSageMakerModel INVOKED PrimaryContainer.ImageConfig.RepositoryAuthConfig.RepositoryCredentialsProviderArn',
      'AWSSageMakerModel MEMBER_OF_EC2_SECURITY_GROUP VpcConfig.SecurityGroupIds[]',
      'AWSSageMakerModel PART_OF_SUBNET VpcConfig.Subnets[]',
      'AWSSageMakerModel REFERENCED_ARTIFACTS_IN Containers[].AdditionalModelDataSources[].S3DataSource.ManifestS3Uri',
      'AWSSageMakerModel REFERENCED_ARTIFACTS_IN Containers[].AdditionalModelDataSources[].S3DataSource.S3Uri',
      'AWSSageMakerModel REFERENCED_ARTIFACTS_IN Containers[].ModelDataSource.S3DataSource.ManifestS3Uri',
      'AWSSageMakerModel REFERENCED_ARTIFACTS_IN Containers[].ModelDataSource.S3DataSource.S3Uri',
      'AWSSageMakerModel REFERENCED_ARTIFACTS_IN Containers[].ModelDataUrl',
      'AWSSageMakerModel REFERENCED_ARTIFACTS_IN PrimaryContainer.AdditionalModelDataSources[].S3DataSource.ManifestS3Uri',
      'AWSSageMakerModel REFERENCED_ARTIFACTS_IN PrimaryContainer.AdditionalModelDataSources[].S3DataSource.S3Uri',
      'AWSSageMakerModel REFERENCED_ARTIFACTS_IN PrimaryContainer.ModelDataSource.S3DataSource.ManifestS3Uri',
      'AWSSageMakerModel REFERENCED_ARTIFACTS_IN PrimaryContainer.ModelDataSource.S3DataSource.S3Uri',
      'AWSSageMakerModel REFERENCED_ARTIFACTS_IN PrimaryContainer.ModelDataUrl',
      'AWSSageMakerModel USED_IMAGE Containers[].Image',
      'AWSSageMakerModel USED_IMAGE PrimaryContainer.Image'])
    OR any(l IN labels(b) WHERE l + ' ' + type(r) + ' ' + r.path IN ['AWSSageMakerEndpoint RESOURCE ','AWSSageMakerEndpointConfig RESOURCE ','AWSSageMakerModel RESOURCE '])
    OR r.ref STARTS WITH 'arn:' AND any(l IN labels(a) WHERE l + ' ' + type(r) + ' ' + r.path IN [
      'AWSSageMakerEndpoint USED ProductionVariants[].CapacityReservationConfig.MlReservationArn',
      'AWSSageMakerEndpoint USED ShadowProductionVariants[].CapacityReservationConfig.MlReservationArn',
      'AWSSageMakerEndpointConfig USED ProductionVariants[].CapacityReservationConfig.MlReservationArn',
      'AWSSageMakerEndpointConfig USED ShadowProductionVariants[].CapacityReservationConfig.MlReservationArn',
      'AWSSageMakerModel DERIVED_FROM Containers[].AdditionalModelDataSources[].S3DataSource.HubAccessConfig.HubContentArn',
      'AWSSageMakerModel DERIVED_FROM Containers[].ModelDataSource.S3DataSource.HubAccessConfig.HubContentArn',
      'AWSSageMakerModel DERIVED_FROM Containers[].ModelPackageName',
      'AWSSageMakerModel DERIVED_FROM PrimaryContainer.AdditionalModelDataSources[].S3DataSource.HubAccessConfig.HubContentArn',
      'AWSSageMakerModel DERIVED_FROM PrimaryContainer.ModelDataSource.S3DataSource.HubAccessConfig.HubContentArn',
      'AWSSageMakerModel DERIVED_FROM PrimaryContainer.ModelPackageName'])
    OR NOT coalesce(a.sg_snapshot >= '2026-01-02T03:04:05.000000Z' AND a.observed, false) AND any(l IN labels(a) WHERE l + ' ' + type(r) + ' ' + r.path IN [
      'AWSSageMakerModel DERIVED_FROM Containers[].AdditionalModelDataSources[].S3DataSource.ManifestS3Uri',
      'AWSSageMakerModel DERIVED_FROM Containers[].AdditionalModelDataSources[].S3DataSource.S3Uri',
      'AWSSageMakerModel DERIVED_FROM Containers[].ModelDataSource.S3DataSource.ManifestS3Uri',
      'AWSSageMakerModel DERIVED_FROM Containers[].ModelDataSource.S3DataSource.S3Uri',
      'AWSSageMakerModel DERIVED_FROM Containers[].ModelDataUrl',
      'AWSSageMakerModel DERIVED_FROM PrimaryContainer.AdditionalModelDataSources[].S3DataSource.ManifestS3Uri',
      'AWSSageMakerModel DERIVED_FROM PrimaryContainer.AdditionalModelDataSources[].S3DataSource.S3Uri',
      'AWSSageMakerModel DERIVED_FROM PrimaryContainer.ModelDataSource.S3DataSource.ManifestS3Uri',
      'AWSSageMakerModel DERIVED_FROM PrimaryContainer.ModelDataSource.S3DataSource.S3Uri',
      'AWSSageMakerModel DERIVED_FROM PrimaryContainer.ModelDataUrl']))
CALL (r) { DELETE r } IN TRANSACTIONS OF 1000 ROWS;

// Resources that are gone, except those that something unread may still refer to.
MATCH (n:SgResource)
WHERE n.sg_scope IN ['012345678901/us-east-1'] AND n.sg_snapshot < '2026-01-02T03:04:05.000000Z'
  AND any(l IN labels(n) WHERE l IN ['AWSSageMakerEndpoint','AWSSageMakerEndpointConfig','AWSSageMakerModel'])
  AND NOT EXISTS { (n)-[r]-() WHERE r.sg_scope IS NOT NULL AND NOT coalesce(r.inferred, false) }
CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS;

// Those are no longer observed.
MATCH (n:SgResource)
WHERE n.sg_scope IN ['012345678901/us-east-1'] AND n.sg_snapshot < '2026-01-02T03:04:05.000000Z'
  AND any(l IN labels(n) WHERE l IN ['AWSSageMakerEndpoint','AWSSageMakerEndpointConfig','AWSSageMakerModel'])
  AND n.observed
CALL (n) { SET n.observed = false } IN TRANSACTIONS OF 1000 ROWS;

// What was only referred to, and no longer is.
MATCH (n:SgResource)
WHERE n.sg_scope IN ['012345678901/global','012345678901/us-east-1'] AND n.sg_snapshot < '2026-01-02T03:04:05.000000Z' AND (NOT coalesce(n.observed, false) OR any(l IN labels(n) WHERE l IN ['AWSS3Bucket'])) AND n.lastupdated IS NULL
  AND NOT EXISTS { (n)-[r]-() WHERE NOT coalesce(r.sg_snapshot < '2026-01-02T03:04:05.000000Z'
    AND (startNode(r) = n AND any(l IN labels(n) WHERE l + ' ' + type(r) + ' ' + r.path IN ['AWSS3Bucket ENCRYPTED_BY Encryption.ServerSideEncryptionConfiguration.Rules[].ApplyServerSideEncryptionByDefault.KMSMasterKeyID'])
      OR endNode(r) = n AND any(l IN labels(n) WHERE l + ' ' + type(r) + ' ' + r.path IN ['AWSECRRepositoryImage REPO_IMAGE '])), false) }
CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS;

// What was only referred to, and no longer is.
MATCH (n:SgResource)
WHERE n.sg_scope IN ['012345678901/global','012345678901/us-east-1'] AND n.sg_snapshot < '2026-01-02T03:04:05.000000Z' AND (NOT coalesce(n.observed, false) OR any(l IN labels(n) WHERE l IN ['AWSS3Bucket'])) AND n.lastupdated IS NULL
  AND NOT EXISTS { (n)-[r]-() WHERE NOT coalesce(r.sg_snapshot < '2026-01-02T03:04:05.000000Z'
    AND (startNode(r) = n AND any(l IN labels(n) WHERE l + ' ' + type(r) + ' ' + r.path IN ['AWSS3Bucket ENCRYPTED_BY Encryption.ServerSideEncryptionConfiguration.Rules[].ApplyServerSideEncryptionByDefault.KMSMasterKeyID'])
      OR endNode(r) = n AND any(l IN labels(n) WHERE l + ' ' + type(r) + ' ' + r.path IN ['AWSECRRepositoryImage REPO_IMAGE '])), false) }
CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS;

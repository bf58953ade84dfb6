// Lets out.cypher find the nodes of a database that Cartography fills.
// Run it before out.cypher of the same snapshot:
//   cypher-shell -f adopt.cypher
// It fails, and names the id, where two nodes of the database have the same id.
// Not inside a transaction of your own: it commits in batches.
// Snapshot 2026-01-02T03:04:05.000000Z by sgexport 0.1.0
CREATE CONSTRAINT sg_resource_id IF NOT EXISTS FOR (n:SgResource) REQUIRE n.id IS UNIQUE;
CREATE INDEX sg_resource_snapshot IF NOT EXISTS FOR (n:SgResource) ON (n.sg_scope, n.sg_snapshot);
CALL db.awaitIndexes(300);
MATCH (n:AWSAccount|AWSAnyPrincipal|AWSCloudWatchAlarm|AWSEC2CapacityReservation|AWSEC2RouteTable|AWSEC2SecurityGroup|AWSEC2Subnet|AWSECRRepository|AWSECRRepositoryImage|AWSEgressOnlyInternetGateway|AWSGroup|AWSInlinePolicy|AWSInternetGateway|AWSKMSAlias|AWSKMSKey|AWSLambda|AWSManagedPolicy|AWSManagedPrefixList|AWSNatGateway|AWSOpenIDConnectProvider|AWSOrganization|AWSOrganizationPolicy|AWSOrganizationRoot|AWSOrganizationalUnit|AWSPolicyStatement|AWSPolicyVersion|AWSResourceShare|AWSResourceSharePrincipal|AWSResourceShareResource|AWSRole|AWSRootPrincipal|AWSS3Bucket|AWSSAMLProvider|AWSSNSTopic|AWSSageMakerEndpoint|AWSSageMakerEndpointConfig|AWSSageMakerHub|AWSSageMakerHubContent|AWSSageMakerModel|AWSSageMakerModelPackage|AWSSageMakerModelPackageGroup|AWSSageMakerTrainingPlan|AWSServicePrincipal|AWSTransitGateway|AWSTransitGatewayAttachment|AWSUser|AWSVpc|AWSVpcEndpoint|EC2RouteTable|EC2SecurityGroup|EC2Subnet|ECRRepository|ECRRepositoryImage|KMSAlias|KMSKey|S3Bucket)
WHERE NOT n:SgResource
WITH n, coalesce(n.id, n.arn) AS id WHERE id IS NOT NULL
CALL (n, id) { SET n:SgResource, n.id = id } IN TRANSACTIONS OF 1000 ROWS;

// 4. Which notebook instances are in public subnets, or have direct internet access?
//
// A row for each. direct_internet: SageMaker gives it a network interface that leads to the internet; null is not known.
// subnet: public, private, none (it runs in the network of the service), unknown. via are the route table and the gateway.
// Security groups, addresses and other kinds than notebook instances: `sgexport audit`, exposure.
MATCH (n:AWSSageMakerNotebookInstance) WHERE n.observed
OPTIONAL MATCH (n)-[:PART_OF_SUBNET]->(s:AWSEC2Subnet)
OPTIONAL MATCH (s)-[p:PUBLIC_IN]->(:AWSVpc)
RETURN n.id AS notebook, n.status AS status,
  CASE WHEN 'direct_internet_access' IN n.unread THEN null ELSE coalesce(n.direct_internet_access, 'Enabled') = 'Enabled' END AS direct_internet,
  CASE WHEN 'subnet_id' IN n.unread THEN 'unknown' WHEN n.subnet_id IS NULL THEN 'none' WHEN NOT p.conditional THEN 'public'
    WHEN p.conditional OR s.vpc_id IS NULL THEN 'unknown' ELSE 'private' END AS subnet,
  n.subnet_id AS subnet_id, p.via AS via
ORDER BY notebook;

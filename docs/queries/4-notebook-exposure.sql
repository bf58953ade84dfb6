-- 4. Which notebook instances are in public subnets, or have direct internet access?
--
-- A row for each. direct_internet: SageMaker gives it a network interface that leads to the internet; null is not known.
-- subnet: public, private, none (it runs in the network of the service), unknown. via are the route table and the gateway.
-- Security groups, addresses and other kinds than notebook instances: `sgexport audit`, exposure.
SELECT n.id AS notebook, n.status,
  CASE WHEN contains(n.unread, 'direct_internet_access') THEN NULL ELSE coalesce(n.direct_internet_access, 'Enabled') = 'Enabled' END AS direct_internet,
  CASE WHEN contains(n.unread, 'subnet_id') THEN 'unknown' WHEN n.subnet_id IS NULL THEN 'none' WHEN NOT p.conditional THEN 'public'
    WHEN p.conditional OR s.vpc_id IS NULL THEN 'unknown' ELSE 'private' END AS subnet,
  n.subnet_id, p.via
FROM nodes."AWSSageMakerNotebookInstance" AS n
LEFT JOIN edges."PART_OF_SUBNET" AS e ON e.src = n.id
LEFT JOIN nodes."AWSEC2Subnet" AS s ON s.id = e.dst
LEFT JOIN edges."PUBLIC_IN" AS p ON p.src = s.id
WHERE n.observed
ORDER BY notebook;

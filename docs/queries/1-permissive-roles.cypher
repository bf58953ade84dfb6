// 1. Which notebook instances, and all else that runs as a role, have overly permissive roles?
//
// A row for each resource and reason why its role is permissive: administrator, service-wildcard, data-all-buckets … as
// docs/audit.md lists them; denies, boundaries and organization policies are counted. conditional: only on a condition of
// a policy, or as far as is known. unknown: the role was not read, or does not exist any more.
// What a role gains from other roles by way of SageMaker (escalation) `sgexport audit` tells, and nothing here.
MATCH (n)-[:HAS_EXECUTION_ROLE]->(r:AWSRole)
WHERE any(l IN labels(n) WHERE l STARTS WITH 'AWSSageMaker')
OPTIONAL MATCH (r)-[p:PERMISSIVE_IN]->(:AWSAccount)
WITH n, r, p
WHERE p IS NOT NULL OR NOT coalesce(r.observed, false)
RETURN DISTINCT n.id AS resource, r.id AS role, coalesce(p.ref, 'unknown') AS reason, coalesce(p.conditional, true) AS conditional, p.actions AS actions, p.via AS via
ORDER BY resource, role, reason;

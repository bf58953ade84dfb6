-- 1. Which notebook instances, and all else that runs as a role, have overly permissive roles?
--
-- A row for each resource and reason why its role is permissive: administrator, service-wildcard, data-all-buckets … as
-- docs/audit.md lists them; denies, boundaries and organization policies are counted. conditional: only on a condition of
-- a policy, or as far as is known. unknown: the role was not read, or does not exist any more.
-- What a role gains from other roles by way of SageMaker (escalation) `sgexport audit` tells, and nothing here.
SELECT DISTINCT u.src AS resource, u.dst AS role, coalesce(p.ref, 'unknown') AS reason, coalesce(p.conditional, true) AS conditional, p.actions, p.via
FROM edges."HAS_EXECUTION_ROLE" AS u
LEFT JOIN nodes."AWSRole" AS r ON r.id = u.dst
LEFT JOIN edges."PERMISSIVE_IN" AS p ON p.src = u.dst
WHERE u.src LIKE 'arn:%:sagemaker:%' AND (p.ref IS NOT NULL OR r.observed IS DISTINCT FROM true)
ORDER BY resource, role, reason;

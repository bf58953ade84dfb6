-- 2. What were deployed models trained on?
--
-- A row for each endpoint, model behind it (of its configuration, also one that is being deployed or a shadow, and of its
-- inference components), model package that the model was made of, with its approval, training job, and data that the
-- job read. Where nothing more is known, the rest is null. package is null where the model names the job's artifact itself.
-- One row for a job: from a job to those that wrote what it read `sgexport lineage` goes on.
WITH served AS (
  SELECT uses.src AS endpoint, refs.dst AS model FROM edges."USED" AS uses JOIN edges."REFERENCED" AS refs ON refs.src = uses.dst
  UNION SELECT has.src, uses.dst FROM edges."CONTAINS" AS has JOIN edges."USED" AS uses ON uses.src = has.dst
  UNION SELECT has.src, uses.dst FROM edges."CONTAINS" AS has JOIN edges."USED" AS base ON base.src = has.dst JOIN edges."USED" AS uses ON uses.src = base.dst
), behind AS (
  SELECT served.endpoint, m.id AS model FROM served JOIN nodes."AWSSageMakerModel" AS m ON m.id = served.model
), trained AS (
  SELECT made.src AS result, j.id AS job FROM edges."DERIVED_FROM" AS made JOIN nodes."AWSSageMakerTrainingJob" AS j ON j.id = made.dst
  UNION SELECT put.dst, j.id FROM edges."PRODUCED" AS put JOIN nodes."AWSSageMakerTrainingJob" AS j ON j.id = put.src
), came AS (
  SELECT made.src AS model, g.id AS package, g.model_approval_status AS approval, trained.job
  FROM edges."DERIVED_FROM" AS made JOIN nodes."AWSSageMakerModelPackage" AS g ON g.id = made.dst LEFT JOIN trained ON trained.result = g.id
  UNION SELECT trained.result, NULL, NULL, trained.job FROM trained
)
SELECT DISTINCT e.id AS endpoint, behind.model, came.package, came.approval, came.job, r.ref AS data
FROM nodes."AWSSageMakerEndpoint" AS e
LEFT JOIN behind ON behind.endpoint = e.id
LEFT JOIN came ON came.model = behind.model
LEFT JOIN edges."READ_FROM" AS r ON r.src = came.job
ORDER BY endpoint, model, package, job, data;

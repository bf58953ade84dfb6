-- 5. What do pipelines depend on that is outside of them?
--
-- A row for each pipeline and reference (how: READ_FROM, USED_IMAGE, HAS_EXECUTION_ROLE …) of what a step of an execution
-- made, or of the step itself, to what the pipeline did not make; step is null for the role of the pipeline itself.
-- A location in a bucket is there also where another step wrote it: `sgexport audit`, pipelines, tells these apart, and leaves
-- training plans out, which are capacity.
WITH part AS (
  SELECT r.pipeline, r.step, r.resource AS id FROM questions.pipeline_runs AS r WHERE r.how = 'PRODUCED'
  UNION SELECT r.pipeline, r.step, r.run FROM questions.pipeline_runs AS r
  UNION SELECT p.id, NULL, p.id FROM nodes."AWSSageMakerPipeline" AS p
), refers AS (
  SELECT a.src, a.relationship AS how, a.dst, a.ref FROM edges."READ_FROM" AS a
  UNION SELECT b.src, b.relationship, b.dst, b.ref FROM edges."USED_IMAGE" AS b
  UNION SELECT c.src, c.relationship, c.dst, c.ref FROM edges."HAS_EXECUTION_ROLE" AS c
  UNION SELECT d.src, d.relationship, d.dst, d.ref FROM edges."DERIVED_FROM" AS d
  UNION SELECT e.src, e.relationship, e.dst, e.ref FROM edges."USED" AS e
  UNION SELECT f.src, f.relationship, f.dst, f.ref FROM edges."INVOKED" AS f
)
SELECT DISTINCT part.pipeline, part.step, refers.how, refers.dst AS resource, refers.ref
FROM part JOIN refers ON refers.src = part.id LEFT JOIN part AS own ON own.pipeline = part.pipeline AND own.id = refers.dst
WHERE own.id IS NULL AND refers.dst NOT LIKE 'arn:%:sagemaker:%:pipeline/%'
ORDER BY pipeline, step, how, resource, ref;

-- 5. What did the executions of pipelines make, and call?
--
-- A row for each execution that was read, step that it ran, and resource that the step made (PRODUCED), called (INVOKED,
-- NOTIFIED) or used; null where it has none. run is the id of the step of the execution.
-- A snapshot has the newest executions of each pipeline: --pipeline-executions says how many.
WITH ran AS (
  SELECT made.src AS step, made.relationship AS how, made.dst AS resource FROM edges."PRODUCED" AS made
  UNION SELECT called.src, called.relationship, called.dst FROM edges."INVOKED" AS called
  UNION SELECT told.src, told.relationship, told.dst FROM edges."NOTIFIED" AS told
  UNION SELECT used.src, used.relationship, used.dst FROM edges."USED" AS used
  WHERE used.dst NOT LIKE 'arn:%:sagemaker:%:pipeline/%'
)
SELECT holds.src AS pipeline, x.id AS execution, x.status, s.step_name AS step, s.id AS run, s.step_status, ran.how, ran.resource
FROM edges."CONTAINS" AS holds
JOIN nodes."AWSSageMakerPipelineExecution" AS x ON x.id = holds.dst
LEFT JOIN edges."CONTAINS" AS has ON has.src = x.id
LEFT JOIN nodes."AWSSageMakerPipelineExecutionStep" AS s ON s.id = has.dst
LEFT JOIN ran ON ran.step = s.id
ORDER BY execution, step, how, resource;

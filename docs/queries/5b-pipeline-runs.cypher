// 5. What did the executions of pipelines make, and call?
//
// A row for each execution that was read, step that it ran, and resource that the step made (PRODUCED), called (INVOKED,
// NOTIFIED) or used; null where it has none. run is the id of the step of the execution.
// A snapshot has the newest executions of each pipeline: --pipeline-executions says how many.
MATCH (p:AWSSageMakerPipeline)-[:CONTAINS]->(x:AWSSageMakerPipelineExecution)
OPTIONAL MATCH (x)-[:CONTAINS]->(s:AWSSageMakerPipelineExecutionStep)
OPTIONAL MATCH (s)-[r:PRODUCED|INVOKED|NOTIFIED|USED]->(n)
WHERE NOT n:AWSSageMakerPipelineStep AND NOT n:AWSSageMakerPipelineExecution
RETURN DISTINCT p.id AS pipeline, x.id AS execution, x.status AS status, s.step_name AS step, s.id AS run, s.step_status AS step_status, type(r) AS how, n.id AS resource
ORDER BY execution, step, how, resource;

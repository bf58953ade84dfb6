// 5. What do pipelines depend on that is outside of them?
//
// A row for each pipeline and reference (how: READ_FROM, USED_IMAGE, HAS_EXECUTION_ROLE …) of what a step of an execution
// made, or of the step itself, to what the pipeline did not make; step is null for the role of the pipeline itself.
// A location in a bucket is there also where another step wrote it: `sgexport audit`, pipelines, tells these apart, and leaves
// training plans out, which are capacity.
MATCH (p:AWSSageMakerPipeline)
CALL (p) {
  RETURN null AS step, p AS part
  UNION
  MATCH (p)-[:CONTAINS]->(:AWSSageMakerPipelineExecution)-[:CONTAINS]->(s:AWSSageMakerPipelineExecutionStep)
  RETURN s.step_name AS step, s AS part
  UNION
  MATCH (p)-[:CONTAINS]->(:AWSSageMakerPipelineExecution)-[:CONTAINS]->(s:AWSSageMakerPipelineExecutionStep)-[:PRODUCED]->(part)
  RETURN s.step_name AS step, part
}
MATCH (part)-[r:READ_FROM|USED_IMAGE|HAS_EXECUTION_ROLE|DERIVED_FROM|USED|INVOKED]->(n)
WHERE NOT n:AWSSageMakerPipelineStep AND NOT n:AWSSageMakerPipelineExecution
  AND NOT EXISTS { (p)-[:CONTAINS]->(:AWSSageMakerPipelineExecution)-[:CONTAINS]->(:AWSSageMakerPipelineExecutionStep)-[:PRODUCED]->(n) }
RETURN DISTINCT p.id AS pipeline, step, type(r) AS how, n.id AS resource, r.ref AS ref
ORDER BY pipeline, step, how, resource, ref;

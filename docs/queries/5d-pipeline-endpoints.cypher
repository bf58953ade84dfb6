// 5. Which endpoints serve what pipelines made?
//
// A row for each pipeline, endpoint, and job, package or model behind it (2.) that an execution of the pipeline made; or
// the endpoint itself. Where only a file leads from one to the other `sgexport lineage` finds the way.
MATCH (e:AWSSageMakerEndpoint)
OPTIONAL MATCH (e)-[:USED|CONTAINS|REFERENCED*2..3]->(m:AWSSageMakerModel)
OPTIONAL CALL (m) {
  MATCH (m)-[:DERIVED_FROM]->(g:AWSSageMakerModelPackage)
  OPTIONAL MATCH (g)-[d:DERIVED_FROM|PRODUCED]-(j:AWSSageMakerTrainingJob) WHERE type(d) = 'PRODUCED' OR startNode(d) = g
  RETURN g, j
  UNION
  MATCH (m)-[:DERIVED_FROM]->(j:AWSSageMakerTrainingJob)
  RETURN null AS g, j
}
UNWIND [e, m, g, j] AS made
MATCH (p:AWSSageMakerPipeline)-[:CONTAINS]->(:AWSSageMakerPipelineExecution)-[:CONTAINS]->(:AWSSageMakerPipelineExecutionStep)-[:PRODUCED]->(made)
RETURN DISTINCT p.id AS pipeline, e.id AS endpoint, made.id AS made
ORDER BY pipeline, endpoint, made;

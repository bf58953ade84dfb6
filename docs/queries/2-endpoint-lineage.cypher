// 2. What were deployed models trained on?
//
// A row for each endpoint, model behind it (of its configuration, also one that is being deployed or a shadow, and of its
// inference components), model package that the model was made of, with its approval, training job, and data that the
// job read. Where nothing more is known, the rest is null. package is null where the model names the job's artifact itself.
// One row for a job: from a job to those that wrote what it read `sgexport lineage` goes on.
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
OPTIONAL MATCH (j)-[r:READ_FROM]->()
RETURN DISTINCT e.id AS endpoint, m.id AS model, g.id AS package, g.model_approval_status AS approval, j.id AS job, r.ref AS data
ORDER BY endpoint, model, package, job, data;

// 5. Which pipelines are there, and which of their steps depend on which?
//
// A row for each pipeline, step of its definition, and step that this one depends on; null where there is none. Steps that
// stand inside of a ForEach are in the settings of that: `sgexport audit`, pipelines, has them too.
MATCH (p:AWSSageMakerPipeline)
OPTIONAL MATCH (p)-[:CONTAINS]->(s:AWSSageMakerPipelineStep)
OPTIONAL MATCH (s)-[:DEPENDS_ON]->(before:AWSSageMakerPipelineStep)
RETURN DISTINCT p.id AS pipeline, s.name AS step, s.type AS type, before.name AS depends_on
ORDER BY pipeline, step, depends_on;

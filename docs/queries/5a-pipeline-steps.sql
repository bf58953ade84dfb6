-- 5. Which pipelines are there, and which of their steps depend on which?
--
-- A row for each pipeline, step of its definition, and step that this one depends on; null where there is none. Steps that
-- stand inside of a ForEach are in the settings of that: `sgexport audit`, pipelines, has them too.
WITH part AS (
  SELECT has.src AS pipeline, s.id, s.name, s.type FROM edges."CONTAINS" AS has JOIN nodes."AWSSageMakerPipelineStep" AS s ON s.id = has.dst
)
SELECT DISTINCT p.id AS pipeline, part.name AS step, part.type, before.name AS depends_on
FROM nodes."AWSSageMakerPipeline" AS p
LEFT JOIN part ON part.pipeline = p.id
LEFT JOIN edges."DEPENDS_ON" AS d ON d.src = part.id
LEFT JOIN nodes."AWSSageMakerPipelineStep" AS before ON before.id = d.dst
ORDER BY pipeline, step, depends_on;

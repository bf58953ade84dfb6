-- 5. Which endpoints serve what pipelines made?
--
-- A row for each pipeline, endpoint, and job, package or model behind it (2.) that an execution of the pipeline made; or
-- the endpoint itself. Where only a file leads from one to the other `sgexport lineage` finds the way.
SELECT DISTINCT r.pipeline, l.endpoint, r.resource AS made
FROM questions.pipeline_runs AS r
JOIN (SELECT endpoint, model AS made FROM questions.endpoint_lineage UNION SELECT endpoint, package FROM questions.endpoint_lineage
  UNION SELECT endpoint, job FROM questions.endpoint_lineage UNION SELECT endpoint, endpoint FROM questions.endpoint_lineage) AS l ON l.made = r.resource
WHERE r.how = 'PRODUCED'
ORDER BY pipeline, endpoint, made;

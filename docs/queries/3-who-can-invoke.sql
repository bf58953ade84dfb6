-- 3. Which principals can invoke which endpoints?
--
-- A row for each principal, endpoint, inference component that the call names ('' for none) and action. conditional: it
-- depends on what conditions says; else it is allowed whatever the call is like. via are the statements that allow.
-- Principals of which nothing was read have no row: `sgexport audit` lists what it cannot know.
SELECT c.src AS principal, c.dst AS endpoint, c.ref AS component, a.action, c.conditional, c.conditions, c.via
FROM edges."CAN_INVOKE" AS c CROSS JOIN UNNEST(c.actions) AS a(action)
ORDER BY principal, endpoint, component, action;

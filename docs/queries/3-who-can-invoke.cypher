// 3. Which principals can invoke which endpoints?
//
// A row for each principal, endpoint, inference component that the call names ('' for none) and action. conditional: it
// depends on what conditions says; else it is allowed whatever the call is like. via are the statements that allow.
// Principals of which nothing was read have no row: `sgexport audit` lists what it cannot know.
MATCH (p)-[c:CAN_INVOKE]->(e:AWSSageMakerEndpoint)
UNWIND c.actions AS action
RETURN p.id AS principal, e.id AS endpoint, c.ref AS component, action, c.conditional AS conditional, c.conditions AS conditions, c.via AS via
ORDER BY principal, endpoint, component, action;

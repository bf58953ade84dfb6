package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sgexport/sgexport/audit/access"
	"github.com/sgexport/sgexport/graph/location"
)

// iamLabels are what GetAccountAuthorizationDetails answers with: IAM of an account
// was read where all four were listed.
func iamLabels() []string { return []string{"AWSRole", "AWSUser", "AWSGroup", "AWSManagedPolicy"} }

// newModel makes the model of a graph that the questions about policies are asked
// of.
func newModel(g *Graph) *access.Model { return newModeler(g).build() }

func newModeler(g *Graph) *modeler {
	m := &modeler{g: g, b: access.NewBuilder(), groups: map[string]string{}, accounts: map[string]string{}, users: map[string]string{}, parents: map[string]string{}, managed: map[string]string{}}
	m.b.Since, _ = time.Parse(time.RFC3339Nano, g.Snapshot())
	return m
}

func (m *modeler) build() *access.Model {
	m.addAccounts()
	m.addPolicies()
	m.addGroups()
	m.addUsers()
	m.addRoles()
	m.addResources()
	m.addServings()
	for _, e := range m.g.Edges("HAS_EXECUTION_ROLE") {
		if e.ToLabel == "AWSRole" && strings.HasPrefix(e.FromLabel, sagemaker) {
			m.b.AddUse(e.To, e.From)
		}
	}
	return m.b.Build()
}

type modeler struct {
	g        *Graph
	b        *access.Builder
	accounts map[string]string // why IAM of an account was not read, or ""
	groups   map[string]string // group ARN by account and name
	users    map[string]string // user profile ARN by domain and name
	managed  map[string]string // organization by its management account
	parents  map[string]string // domain ARN by what it contains
}

// iamUnread says why not all IAM of an account was read, or returns "".
func iamUnread(g *Graph, account string) string {
	if !g.IsExported(account) {
		return "IAM of account " + account + " was not read: it is none of the accounts that were exported"
	}
	for _, label := range iamLabels() {
		if scope := account + "/global"; !g.Listed(scope, label) {
			return g.NotRead("IAM of account "+account, scope, label)
		}
	}
	return ""
}

func (m *modeler) iamUnread(account string) string {
	why, ok := m.accounts[account]
	if !ok {
		why = iamUnread(m.g, account)
		m.accounts[account] = why
	}
	return why
}

// addAccounts adds each account that is exported or has principals.
func (m *modeler) addAccounts() {
	ids := map[string]bool{}
	for i := range m.g.Report().Scopes {
		ids[m.g.Report().Scopes[i].Account] = true
	}
	for _, label := range []string{"AWSRole", "AWSUser"} {
		for _, n := range m.g.Nodes(label) {
			ids[access.ARNAccount(n.ID)] = true
		}
	}
	for _, n := range m.g.Nodes(accountLabel) {
		ids[n.ID] = true
		// The management account of an organization is in it, whether it was exported or not.
		if id := n.Text("organization_master_account_id"); id != "" {
			ids[id], m.managed[id] = true, n.Text("organization_id")
		}
	}
	for id := range ids {
		m.b.AddAccount(m.account(id))
	}
}

func (m *modeler) account(id string) access.Account {
	a := access.Account{ID: id, IAMUnread: m.iamUnread(id)}
	n := m.g.Node(id)
	scope := id + "/global"
	if n == nil || !n.Known("organization_id") {
		if org := m.managed[id]; org != "" {
			a.OrgID, a.Management = org, id
			return a
		}
		a.OrgUnread = m.g.NotRead("the organization of account "+id, scope, accountLabel)
		return a
	}
	a.OrgID, a.Management = n.Text("organization_id"), n.Text("organization_master_account_id")
	if a.OrgID == "" {
		return a
	}
	if n.Text("organization_feature_set") == billingOnly {
		return a
	}
	chain, unread := m.chain(n)
	if unread == "" {
		a.OrgPath = a.OrgID + "/"
		for _, target := range slices.Backward(chain[1:]) {
			a.OrgPath += target.ID + "/"
		}
	}
	a.SCP, a.SCPUnread = m.levels(chain, "service_control_policies", "the service control policies of account "+id)
	a.RCP, a.RCPUnread = m.levels(chain, rcpColumn, "the resource control policies of account "+id)
	a.SCPUnread, a.RCPUnread = cmp.Or(a.SCPUnread, unread), cmp.Or(a.RCPUnread, unread)
	return a
}

// billingOnly is the feature set of an organization that has no policies.
const billingOnly = "CONSOLIDATED_BILLING"

// deepest is how many units may stand in one another. Source: AWS Organizations User
// Guide, Quotas: five levels below the root.
const deepest = 10

// chain returns an account's node, and those of what it stands in, up to the root;
// unread says why that is not known.
func (m *modeler) chain(n *Node) (chain []*Node, unread string) {
	for range deepest {
		chain = append(chain, n)
		if n.Label == "AWSOrganizationRoot" {
			return chain, ""
		}
		what := "what " + n.ID + " stands in within its organization"
		var parents []struct{ ID string }
		switch err := json.Unmarshal([]byte(n.JSON("parents")), &parents); {
		case !n.Known("parents"):
			return chain, m.unread(n, what)
		case err != nil || len(parents) != 1:
			return chain, what + " is not understood"
		}
		up := m.g.Node(parents[0].ID)
		if up == nil {
			return chain, m.unread(n, parents[0].ID)
		}
		n = up
	}
	return chain, "the organization has more levels than AWS allows"
}

const rcpColumn = "resource_control_policies"

// rcpFullAccess is attached to all that resource control policies are in use for,
// told or not: "You can't detach RCPFullAWSAccess", and no other one may allow.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
var rcpFullAccess = access.Document{
	ID:   "RCPFullAWSAccess",
	Text: `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}`,
}

// levels reads the policies that are attached to an account and to what it stands in.
// Each of these has one at least where the type of policies is in use.
func (m *modeler) levels(chain []*Node, column, what string) (levels []access.Level, unread string) {
	empty := 0
	for _, n := range chain {
		if !n.Known(column) {
			return nil, m.unread(n, what)
		}
		var list []struct{ ID, ARN, Name string }
		if text := n.JSON(column); text != "" {
			if err := json.Unmarshal([]byte(text), &list); err != nil {
				return nil, fmt.Sprintf("%s are not understood: %v", what, err)
			}
		}
		level := access.Level{Target: n.ID}
		if column == rcpColumn {
			level.Policies = []access.Document{rcpFullAccess}
		}
		for _, p := range list {
			level.Policies = append(level.Policies, m.organizationPolicy(n, p.ID, cmp.Or(p.ARN, p.ID, p.Name)))
		}
		if len(list) == 0 {
			empty++
		}
		levels = append(levels, level)
	}
	switch empty {
	case 0:
		return levels, ""
	case len(levels):
		return nil, "" // the type of policies is not in use
	}
	if column == rcpColumn {
		return levels, ""
	}
	return nil, what + " are not understood: none is attached to some of what it stands in"
}

// organizationPolicy is a policy that is attached to n.
func (m *modeler) organizationPolicy(n *Node, id, name string) access.Document {
	d := access.Document{ID: name}
	if p := m.g.Node(id); p != nil && p.Known("content") {
		d.Text = p.Text("content")
		return d
	}
	d.Unread = m.unread(n, "policy "+name)
	return d
}

func (m *modeler) addPolicies() {
	for _, n := range m.g.Nodes("AWSManagedPolicy") {
		d := access.Document{ID: n.ID}
		var versions []struct {
			VersionID        string
			IsDefaultVersion bool
			Document         *string
		}
		err := json.Unmarshal([]byte(n.JSON("policy_version_list")), &versions)
		i := slices.IndexFunc(versions, func(v struct {
			VersionID        string
			IsDefaultVersion bool
			Document         *string
		},
		) bool {
			return v.IsDefaultVersion || v.VersionID != "" && v.VersionID == n.Text("default_version_id")
		})
		if err != nil || i < 0 || versions[i].Document == nil {
			d.Unread = m.unread(n, "policy "+n.ID)
		} else {
			d.Text = *versions[i].Document
		}
		m.b.AddManagedPolicy(d)
	}
}

// unread is the reason for something of a node that a snapshot does not have.
func (m *modeler) unread(n *Node, what string) string {
	account := access.ARNAccount(n.ID)
	if account == "" || account == "aws" || !m.g.IsExported(account) {
		account, _, _ = strings.Cut(n.Scope, "/")
	}
	return m.g.NotRead(what, account+"/global", n.Label)
}

// attached reads ARNs of managed policies.
func (m *modeler) attached(n *Node) (arns []string, unread string) {
	const column = "attached_managed_policies"
	if !n.Known(column) {
		return nil, m.unread(n, "what is attached to "+n.ID)
	}
	var list []struct{ PolicyARN string }
	if text := n.JSON(column); text != "" {
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return nil, fmt.Sprintf("what is attached to %s is not understood: %v", n.ID, err)
		}
	}
	for _, p := range list {
		arns = append(arns, p.PolicyARN)
	}
	return arns, ""
}

// inline reads the policies that a principal has itself.
func (m *modeler) inline(n *Node, column string) (docs []access.Document, unread string) {
	if !n.Known(column) {
		return nil, m.unread(n, "the inline policies of "+n.ID)
	}
	var list []struct {
		PolicyName     string
		PolicyDocument *string
	}
	if text := n.JSON(column); text != "" {
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return nil, fmt.Sprintf("the inline policies of %s are not understood: %v", n.ID, err)
		}
	}
	for _, p := range list {
		d := access.Document{ID: n.ID + "/inline_policy/" + p.PolicyName}
		if p.PolicyDocument == nil {
			d.Unread = m.unread(n, "policy "+d.ID)
		} else {
			d.Text = *p.PolicyDocument
		}
		docs = append(docs, d)
	}
	return docs, ""
}

func (m *modeler) addGroups() {
	for _, n := range m.g.Nodes("AWSGroup") {
		g := access.Group{ARN: n.ID}
		m.groups[n.Account()+"/"+principalName(n)] = n.ID
		if !n.Observed() {
			g.Unread = m.unread(n, "group "+n.ID)
		} else {
			g.Attached, g.AttachedUnread = m.attached(n)
			g.Inline, g.InlineUnread = m.inline(n, "group_policy_list")
		}
		m.b.AddGroup(g)
	}
}

// principalName is the name of a user, role or group.
func principalName(n *Node) string {
	return cmp.Or(n.Text("name"), n.ID[strings.LastIndexByte(n.ID, '/')+1:])
}

func (m *modeler) identity(n *Node, id, inline string) access.Identity {
	i := access.Identity{ARN: n.ID, ID: n.Text(id)}
	if !n.Observed() {
		account := access.ARNAccount(n.ID)
		i.Gone = m.g.IsExported(account) && m.g.Listed(account+"/global", n.Label)
		i.Unread = cmp.Or(m.iamUnread(account), m.unread(n, n.ID))
		return i
	}
	i.Attached, i.AttachedUnread = m.attached(n)
	i.Inline, i.InlineUnread = m.inline(n, inline)
	if i.Boundary = n.Text("permissions_boundary_arn"); !n.Known("permissions_boundary_arn") {
		i.BoundaryUnread = m.unread(n, "the permissions boundary of "+n.ID)
	}
	if pairs, ok := n.Tags(); ok {
		i.Tags = tagMap(pairs)
	} else {
		i.TagsUnread = m.unread(n, "the tags of "+n.ID)
	}
	return i
}

func tagMap(pairs []string) map[string]string {
	if len(pairs) == 0 {
		return nil
	}
	tags := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		tags[pairs[i]] = pairs[i+1]
	}
	return tags
}

func (m *modeler) addUsers() {
	for _, n := range m.g.Nodes("AWSUser") {
		u := access.User{Identity: m.identity(n, "userid", "user_policy_list")}
		if n.Observed() {
			if !n.Known("group_list") {
				u.GroupsUnread = m.unread(n, "the groups of "+n.ID)
			}
			for _, name := range n.Strings("group_list") {
				arn := m.groups[n.Account()+"/"+name]
				u.Groups = append(u.Groups, cmp.Or(arn, "arn:"+access.ARNPartition(n.ID)+":iam::"+n.Account()+":group/"+name))
			}
		}
		m.b.AddUser(u)
	}
}

func (m *modeler) addRoles() {
	for _, n := range m.g.Nodes("AWSRole") {
		if access.ARNAccount(n.ID) == "" {
			continue // a name that is no ARN
		}
		r := access.Role{Identity: m.identity(n, "roleid", "role_policy_list")}
		if r.Trust = n.Text("assume_role_policy_document"); r.Trust == "" && n.Observed() {
			r.TrustUnread = m.unread(n, "the trust policy of "+n.ID)
		}
		m.b.AddRole(r)
	}
}

// resourceKinds are the kinds of SageMaker's that principals act on, with their labels.
func resourceKinds() map[access.Kind]string {
	return map[access.Kind]string{
		access.Endpoint: "Endpoint", access.InferenceComponent: "InferenceComponent", access.Notebook: "NotebookInstance", access.Domain: "Domain",
		access.UserProfile: "UserProfile", access.Space: "Space", access.MlflowServer: "MlflowTrackingServer", access.MlflowApp: "MlflowApp",
		access.PartnerApp: "PartnerApp", access.Pipeline: "Pipeline", access.LifecycleConfig: "NotebookInstanceLifecycleConfig",
	}
}

// addResources adds what principals act on. What is only referred to is left out:
// where its kind was listed, it does not exist.
func (m *modeler) addResources() {
	for _, e := range m.g.Edges("CONTAINS") {
		if e.FromLabel == sagemaker+"Domain" || e.FromLabel == sagemaker+"Endpoint" {
			m.parents[e.To] = e.From
		}
	}
	for _, n := range m.g.Nodes(sagemaker + "UserProfile") {
		m.users[m.domainOf(n)+"/"+strings.ToLower(n.Text("name"))] = n.ID
	}
	for kind, label := range resourceKinds() {
		for _, n := range m.g.Nodes(sagemaker + label) {
			if n.Observed() {
				m.b.AddResource(m.resource(kind, n))
			}
		}
		for _, scope := range m.g.Unlisted(sagemaker + label) {
			if account, _, ok := strings.Cut(scope, "/"); ok {
				m.b.AddUnlisted(kind, account, m.g.NotRead(label+"s of "+scope, scope, sagemaker+label))
			}
		}
	}
	for _, n := range m.g.Nodes(bucketLabel) {
		m.b.AddResource(m.bucket(n))
	}
	for _, n := range m.g.Nodes("AWSECRRepository") {
		r := access.Resource{Kind: access.Repository, ARN: n.ID, Policy: access.Document{ID: n.ID + "/policy", Text: n.Text("policy_text")}}
		if r.HasPolicy = r.Policy.Text != ""; !n.Known("policy_text") {
			r.PolicyUnread = m.g.NotRead("the policy of "+n.ID, n.Scope, n.Label)
			if account := access.ARNAccount(n.ID); account != "" && !m.g.IsExported(account) {
				r.PolicyUnread = "the policy of " + n.ID + " was not read: account " + account + " is none of those that were exported"
			}
		}
		m.b.AddResource(r)
	}
}

// domainOf is the ARN of the domain of a user profile or space.
func (m *modeler) domainOf(n *Node) string {
	if arn := m.parents[n.ID]; arn != "" {
		return arn
	}
	// arn:…:user-profile/<domain>/<name>
	if parts := strings.SplitN(n.ID, ":", 6); len(parts) == 6 {
		if words := strings.Split(parts[5], "/"); len(words) == 3 {
			return strings.Join(parts[:5], ":") + ":domain/" + words[1]
		}
	}
	return ""
}

func (m *modeler) resource(kind access.Kind, n *Node) access.Resource {
	r := access.Resource{Kind: kind, ARN: n.ID, Account: n.Account(), Status: n.Text("status")}
	if pairs, ok := n.Tags(); ok {
		r.Tags = tagMap(pairs)
	} else {
		r.TagsUnread = m.g.NotRead("the tags of "+n.ID, n.Scope, n.Label)
	}
	role := func(column string) {
		if r.Role = n.Text(column); r.Role == "" && !n.Known(column) {
			r.RoleUnread = m.g.NotRead("the role of "+n.ID, n.Scope, n.Label)
		}
	}
	switch kind {
	case access.InferenceComponent:
		r.Of = cmp.Or(n.Text("endpoint_arn"), m.parents[n.ID])
	case access.Notebook:
		role("role_arn")
		for _, e := range m.g.From("USED", n.ID) {
			if e.ToLabel == sagemaker+"NotebookInstanceLifecycleConfig" {
				r.Script = e.To
			}
		}
	case access.Domain:
		role("default_user_settings_execution_role")
		r.SpaceRole, r.Auth = n.Text("default_space_settings_execution_role"), n.Text("auth_mode")
	case access.UserProfile:
		role("user_settings_execution_role")
		r.Of = m.domainOf(n)
	case access.Space:
		r.Of = m.domainOf(n)
		const remote = "space_settings_remote_access"
		r.Local = n.Known(remote) && n.Text(remote) != "ENABLED"
		if owner := n.Text("ownership_settings_owner_user_profile_name"); owner != "" {
			r.Owner = cmp.Or(m.users[r.Of+"/"+strings.ToLower(owner)], "user profile "+owner)
		}
	case access.MlflowServer, access.MlflowApp, access.Pipeline:
		role("role_arn")
	case access.PartnerApp:
		role("execution_role_arn")
	}
	return r
}

// bucket makes the resource of a bucket. Its policy is read by its own account
// alone: S3 refuses all others.
func (m *modeler) bucket(n *Node) access.Resource {
	account, _, _ := strings.Cut(n.Scope, "/")
	partition := "aws"
	for i := range m.g.Report().Scopes {
		if s := &m.g.Report().Scopes[i]; s.Account == account && s.Partition != "" {
			partition = s.Partition
		}
	}
	r := access.Resource{Kind: access.Bucket, ARN: "arn:" + partition + ":s3:::" + cmp.Or(n.Text("name"), n.ID)}
	r.Policy = access.Document{ID: r.ARN + "/policy", Text: n.Text("policy")}
	if r.HasPolicy = r.Policy.Text != ""; n.Known("policy") {
		r.Account = account
	} else {
		r.PolicyUnread = m.g.NotRead("the policy of bucket "+n.ID, n.Scope, n.Label)
	}
	return r
}

// addServings adds what each endpoint in service runs: the models of its
// configuration and of its inference components, with their roles.
func (m *modeler) addServings() {
	models := func(from, label string) (ids []string) {
		for _, e := range slices.Concat(m.g.From("REFERENCED", from), m.g.From("USED", from)) {
			if e.ToLabel == sagemaker+label {
				ids = append(ids, e.To)
			}
		}
		return ids
	}
	serve := func(endpoint string, role string, ids []string) {
		for _, id := range ids {
			n := m.g.Node(id)
			if n == nil || !n.Observed() {
				continue
			}
			if isolated, _ := n.Bool("enable_network_isolation"); isolated {
				continue // its containers get no credentials of the role
			}
			s := access.Serving{Endpoint: endpoint, Role: cmp.Or(n.Text("execution_role_arn"), role)}
			s.Artifacts, s.Images = m.runs(n)
			m.b.AddServing(s)
		}
	}
	roles := map[string]string{} // of endpoint configurations, by endpoint
	for _, n := range m.g.Nodes(sagemaker + "Endpoint") {
		if !n.Observed() || n.Text("status") != "InService" {
			continue
		}
		for _, id := range models(n.ID, "EndpointConfig") {
			if config := m.g.Node(id); config != nil {
				roles[n.ID] = config.Text("execution_role_arn")
				serve(n.ID, roles[n.ID], models(id, "Model"))
			}
		}
	}
	for _, n := range m.g.Nodes(sagemaker + "InferenceComponent") {
		endpoint := cmp.Or(n.Text("endpoint_arn"), m.parents[n.ID])
		if e := m.g.Node(endpoint); e != nil && e.Text("status") == "InService" {
			serve(endpoint, roles[endpoint], models(n.ID, "Model"))
		}
	}
}

// runs are what the containers of a model load and run, those of the packages that it is
// made of among them.
func (m *modeler) runs(n *Node) (artifacts, images []string) {
	artifacts, images = containersOf(n)
	for _, e := range m.g.From("DERIVED_FROM", n.ID) {
		if p := m.g.Node(e.To); p != nil && p.Label == sagemaker+"ModelPackage" {
			more, others := containersOf(p)
			artifacts, images = append(artifacts, more...), append(images, others...)
		}
	}
	return distinct(artifacts), distinct(images)
}

// containersOf reads the artifacts and images of a model or of a package.
func containersOf(n *Node) (artifacts, images []string) {
	type source struct{ S3DataSource struct{ S3URI string } }
	type container struct {
		Image, ModelDataURL        string
		ModelDataSource            source
		AdditionalModelDataSources []source
	}
	var list []container
	primary := container{Image: n.Text("primary_container_image"), ModelDataURL: n.Text("primary_container_model_data_url")}
	// What is not understood is left out: it says nothing of who may write it.
	_ = json.Unmarshal([]byte(n.JSON("primary_container_model_data_source")), &primary.ModelDataSource)
	_ = json.Unmarshal([]byte(n.JSON("primary_container_additional_model_data_sources")), &primary.AdditionalModelDataSources)
	_ = json.Unmarshal([]byte(n.JSON(map[bool]string{true: "inference_specification_containers", false: "containers"}[n.Label == sagemaker+"ModelPackage"])), &list)
	for _, c := range append(list, primary) {
		for _, uri := range []string{c.ModelDataURL, c.ModelDataSource.S3DataSource.S3URI} {
			if uri != "" {
				artifacts = append(artifacts, s3URI(uri))
			}
		}
		for _, s := range c.AdditionalModelDataSources {
			if s.S3DataSource.S3URI != "" {
				artifacts = append(artifacts, s3URI(s.S3DataSource.S3URI))
			}
		}
		if c.Image != "" {
			images = append(images, c.Image)
		}
	}
	return distinct(artifacts), distinct(images)
}

// s3URI returns the s3:// spelling of an address in S3, of which a slash at the end says
// that it is a prefix. What is none stays as it is.
func s3URI(address string) string {
	bucket, key, ok := location.Split(address)
	switch {
	case !ok:
		return address
	case key != "" && strings.HasSuffix(address, "/"):
		key += "/"
	}
	return "s3://" + bucket + "/" + key
}

package redact

// A Context is what stands around a value: the names that it is beside or below.
// The zero Context says nothing.
type Context struct {
	name          string
	class         class // what the names say
	environment   bool  // the value is, or is in, a variable of an environment
	ofEnvironment bool  // the name says that the value is an environment
	script        bool  // the value is a script
	policy        bool  // the value is, or is in, a policy
	issuer        bool  // the name may be that of who issues tokens
}

// scripts are members whose text is the body of a script, in base64.
var scripts = map[string]bool{"StudioLifecycleConfigContent": true}

// Script is the context of a member that holds a script.
var Script = Context{script: true}

// Policy is the context of a member that holds a policy of IAM, or a part of one. The
// names in it are those of actions and conditions, which say nothing of what is beside
// them; a token of a published form is none of it.
var Policy = Context{policy: true}

// Variable is the context of the value of an environment's variable; In tells what the
// variable is called.
var Variable = Context{environment: true}

// Named is the context of what is called name where nothing else stands around it.
func Named(name string) Context {
	c := Context{name: name, class: classOf(name), script: scripts[name]}
	c.ofEnvironment = c.class == open && isEnvironment(name)
	if c.class == open && !c.ofEnvironment && !c.script && len(name) < 256 {
		_, c.issuer = allDetectors().issuers.scan(name)
	}
	return c
}

// In is the context of what is called as inner says, inside what has the context c.
// What is in an environment is its variable; what is below a name that says secret
// is one too, but for what says of which kind it is.
func (c Context) In(inner Context) Context {
	switch {
	case c.policy:
		return c
	case c.environment, c.ofEnvironment:
		return Context{name: inner.name, class: inner.class, environment: true}
	case c.class > inner.class && inner.class <= hint && !inner.script && !isAbout(inner.name):
		inner.class, inner.ofEnvironment = c.class, false
	}
	return inner
}

// Says reports whether a context says anything of the values in it.
func (c Context) Says() bool {
	return c.class != open || c.environment || c.ofEnvironment || c.script || c.policy
}

// IsNameMember and IsValueMember report whether a member is one half of a
// structure that gives a name a value, as {"Name": …, "Value": …}.
func IsNameMember(member string) bool { return nameMembers[lowerASCII(member)] }

// IsValueMember is documented with [IsNameMember].
func IsValueMember(member string) bool { return valueMembers[lowerASCII(member)] }

// choices are members that say which values are allowed, or what one may look like:
// they have what the value is, or was.
const choices = `enum enums enumvalue enumvalues enum_values allowedvalue allowedvalues allowed_values allowed valuehint value_hint hint hints options choices range
	minvalue maxvalue min_value max_value defaults defaultvalues default_values example examples examplevalue samplevalue currentvalue current_value oldvalue newvalue`

var (
	nameMembers  = setOf(`name key parametername parameterkey propertyname propertykey variablename varname envname settingname field fieldname header headername option optionname flag attribute attributename tagkey`)
	valueMembers = setOf(`value values val default defaultvalue default_value stringvalue string_value valuestring valueasstring secretvalue parametervalue propertyvalue variablevalue envvalue setting settingvalue fieldvalue headervalue optionvalue attributevalue tagvalue content data
		` + choices)
	choiceMembers = setOf(choices)
)

func lowerASCII(s string) string {
	for i := range len(s) {
		if isUpper(s[i]) {
			b := []byte(s)
			for j := range b {
				if isUpper(b[j]) {
					b[j] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

namespace Gateway.Http;

/// <summary>CORS policies by name, for YARP's <c>CorsPolicy</c> of routes.</summary>
internal sealed class CorsPoliciesOptions : Dictionary<string, CorsPolicyOptions>;

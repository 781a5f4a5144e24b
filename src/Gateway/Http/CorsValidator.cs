using Gateway.Configuration;

namespace Gateway.Http;

/// <summary>Checks the section <c>Gateway:Cors</c>.</summary>
internal sealed class CorsValidator : IConfigurationValidator
{
    public void Validate(Checks checks)
    {
        foreach ((string name, CorsPolicyOptions policy) in checks.Options<CorsPoliciesOptions>())
        {
            Checks at = checks.At($"Gateway:Cors:{name}");
            at.That(!CorsPolicies.IsDisable(name), "", "cannot be the name of a policy: to YARP it means that there is none.");
            at.That(policy.Origins.Count > 0, nameof(policy.Origins),
                "is missing; list the origins of the pages, like https://app.example.");
            foreach ((int index, string origin) in policy.Origins.Index())
                if (CorsPolicies.OriginComplaint(origin) is { } complaint) at.Add($"{nameof(policy.Origins)}:{index}", complaint);
            foreach ((int index, string method) in policy.Methods.Index()) at.Token(method, "method", $"{nameof(policy.Methods)}:{index}");
            foreach ((int index, string header) in policy.Headers.Index())
                at.Token(header, "header name", $"{nameof(policy.Headers)}:{index}");
            at.That(!policy.Credentials || !policy.Origins.Contains("*"), nameof(policy.Credentials),
                "and the origin * exclude one another: every page in the world could act for the user. List the origins.");
            if (policy.MaxAge is { } age) at.Between(age, TimeSpan.Zero, TimeSpan.FromDays(1), nameof(policy.MaxAge));
        }
    }
}

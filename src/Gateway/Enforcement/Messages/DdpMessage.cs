namespace Gateway.Enforcement.Messages;

/// <summary>What matters of one DDP message.</summary>
internal abstract record DdpMessage(string? Id)
{
    /// <summary>A method is called.</summary>
    /// <param name="Resumes">Tokens that it signs in with.</param>
    internal sealed record Method(string? Id, string Name, IReadOnlyList<string> Resumes) : DdpMessage(Id)
    {
        public bool IsLogout => Name == "logout";
    }

    /// <summary>A method is answered.</summary>
    /// <param name="SignedIn">Who is signed in by it; null for nobody.</param>
    internal sealed record Result(string? Id, bool Failed, DdpSignIn? SignedIn) : DdpMessage(Id);
}

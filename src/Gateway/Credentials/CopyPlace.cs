namespace Gateway.Credentials;

/// <summary>Where in the request a copy stands.</summary>
internal enum CopyPlace : byte
{
    /// <summary>Under the exact name, where the configuration says.</summary>
    Exact,

    /// <summary>Under a name that some server takes for it, or within a value that some reader divides (reading rule 3a).</summary>
    LookAlike,

    /// <summary>A JWT under another scheme, or inside of <c>Basic</c> (reading rule 1).</summary>
    OtherScheme,
}

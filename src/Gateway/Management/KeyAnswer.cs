namespace Gateway.Management;

/// <summary>A management key by its name; the key itself is nowhere.</summary>
/// <param name="KeptIn"><c>configuration</c> or <c>store</c>.</param>
/// <param name="Created">Null where it is not known, as for those of the configuration.</param>
internal sealed record KeyAnswer(string Name, string KeptIn, DateTimeOffset? Created);

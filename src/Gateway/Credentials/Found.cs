using System.Runtime.CompilerServices;

namespace Gateway.Credentials;

/// <summary>A credential in a request: where it stands, and its characters within the string that holds it.</summary>
internal readonly record struct Found(Reader? Reader, string Source, int Start, int Length)
{
    public ReadOnlySpan<char> Token => Source.AsSpan(Start, Length);
}

/// <summary>The credentials of one request, on the stack.</summary>
[InlineArray(Capacity)]
internal struct FoundBuffer
{
    public const int Capacity = 8;
    private Found _first;
}

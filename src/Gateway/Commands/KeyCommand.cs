using System.CommandLine;

namespace Gateway.Commands;

/// <summary><c>key create NAME</c>: makes a management key.</summary>
internal static class KeyCommand
{
    public static Command Create() => new("key", "Management keys.");
}

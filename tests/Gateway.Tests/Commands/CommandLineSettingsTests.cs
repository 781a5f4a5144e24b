using Gateway.Commands;

namespace Gateway.Tests.Commands;

public sealed class CommandLineSettingsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("--urls http://127.0.0.1:8080")]
    [InlineData("--urls=http://127.0.0.1:8080 --Gateway:Store:Path other.db")]
    [InlineData("Gateway:Store:Path=other.db")]
    [InlineData("/urls http://127.0.0.1:8080")]
    [InlineData("--environment Production --GATEWAY:STORE:PATH=x --Kestrel:Limits:MaxConcurrentConnections=5")]
    [InlineData("--Logging:LogLevel:Default Debug --ReverseProxy:Routes:app:ClusterId=app")]
    public void Settings_of_known_sections_pass(string words) => Assert.Null(CommandLineSettings.Complaint(Words(words)));

    [Theory]
    [InlineData("chekc", "'chekc' is neither a command nor a setting.")]
    [InlineData("--gatway:Store:Path=x", "Did you mean --Gateway?")]
    [InlineData("--confg gateway.json", "Did you mean --config?")]
    [InlineData("--urls", "'--urls' is neither a command nor a setting.")]
    [InlineData("--urls --Gateway:Store:Path=x", "'--urls' is neither a command nor a setting.")]
    [InlineData("--urls http://127.0.0.1:1 stray", "'stray' is neither a command nor a setting.")]
    public void Anything_else_is_told_with_what_was_meant(string words, string complaint)
        => Assert.Contains(complaint, CommandLineSettings.Complaint(Words(words)));

    private static string[] Words(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

namespace Gateway.Configuration;

/// <summary>Checks the levels in ASP.NET Core's section <c>Logging</c>, which throws at the first that it does not know.</summary>
internal sealed class LoggingValidator : IConfigurationValidator
{
    public void Validate(Checks checks)
    {
        IConfigurationSection logging = checks.Configuration.GetSection("Logging");
        // Of all providers, and of one.
        foreach (IConfigurationSection levels in logging.GetChildren().Select(child => child.GetSection("LogLevel"))
            .Prepend(logging.GetSection("LogLevel")))
            foreach (IConfigurationSection level in levels.GetChildren())
                if (!string.IsNullOrEmpty(level.Value) && !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _))
                    checks.Add(level.Path, $"'{level.Value}' is not one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
    }
}

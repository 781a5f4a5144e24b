using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Observability;

/// <summary>Every log message has a number of its own, in the range of its room, so that an alarm can name it. A number once given
/// is not given to another message.</summary>
public sealed class EventIdTests
{
    private const int PerRoom = 100;

    private static readonly Dictionary<string, int> FirstOf = new()
    {
        ["Configuration"] = 100,
        ["Hosting"] = 200,
        ["Revocation"] = 300,
        ["Sessions"] = 400,
        ["Store"] = 500,
        ["Observability"] = 600,
        ["Cluster"] = 700,
        ["Http"] = 800,
        ["Logout"] = 900,
        ["Realms"] = 1000,
        ["Credentials"] = 1100,
        ["Enforcement"] = 1200,
        ["TwoFactor"] = 1300,
        ["Dialects"] = 1400,
        ["Standards"] = 1500,
        ["Management"] = 1600,
        ["Commands"] = 1700,
    };

    private static readonly (string Room, string Name, int Id)[] Messages =
    [
        .. from type in typeof(GatewayHost).Assembly.GetTypes()
           from method in type.GetMethods(
               BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is not null
           select (type.Namespace!.Split('.')[1], $"{type.Name}.{method.Name}", message.EventId),
    ];

    [Fact]
    public void Each_message_has_a_number_in_the_range_of_its_room()
    {
        Assert.NotEmpty(Messages);
        string[] wrong =
        [
            .. from message in Messages
               let first = FirstOf[message.Room]
               where message.Id < first || message.Id >= first + PerRoom
               let free = Enumerable.Range(first, PerRoom).Except(Messages.Select(other => other.Id)).First()
               select $"{message.Name} has {message.Id}; the next free one in {message.Room} is EventId = {free}",
        ];
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_number_is_given_twice()
        => Assert.Empty(Messages.GroupBy(message => message.Id).Where(same => same.Count() > 1)
            .Select(same => $"{same.Key}: {string.Join(", ", same.Select(message => message.Name))}"));
}

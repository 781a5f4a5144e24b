using System.Net;
using System.Net.Sockets;
using Gateway.Commands.Demo;

namespace Gateway.Tests.Commands.Demo;

public sealed class DemoPortsTests
{
    [Fact]
    public void What_was_asked_for_goes_first_then_the_well_known_one_then_a_free_one()
    {
        int free = FreePort.Take();
        Assert.Equal(1234, DemoPorts.Choose(1234, free));
        Assert.Equal(free, DemoPorts.Choose(null, free));

        using TcpListener taken = new(IPAddress.Loopback, free);
        taken.Start();
        Assert.NotEqual(free, DemoPorts.Choose(null, free));
    }
}

using System.Net;
using Broadcast.Actors.Door;
using Broadcast.Host.Connections;

namespace Broadcast.Tests.Hosting;

public sealed class ClientAddressSpecs
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:127.0.0.2")]
    public void This_machine_is_nowhere(string address) => Assert.Null(ClientAddress.Of(IPAddress.Parse(address)));

    [Fact]
    public void Who_has_no_address_is_nowhere() => Assert.Null(ClientAddress.Of(null));

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff")]
    public void These_are_in_one_place(string one, string other) => Assert.Equal(Of(one), Of(other));

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.8")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1")]
    [InlineData("0.0.0.1", "::1:0:0:0:0")]
    public void These_are_not(string one, string other) => Assert.NotEqual(Of(one), Of(other));

    private static Neighbourhood? Of(string address) => ClientAddress.Of(IPAddress.Parse(address));
}

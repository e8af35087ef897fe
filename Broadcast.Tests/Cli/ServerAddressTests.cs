using Broadcast.Cli;
using CsCheck;

namespace Broadcast.Tests.Cli;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("localhost", 8080, null, "ws://localhost:8080/ws?name=anonymous")]
    [InlineData("chat.example", 80, "Bob", "ws://chat.example/ws?name=Bob")]
    [InlineData("127.0.0.1", 1, "Bob", "ws://127.0.0.1:1/ws?name=Bob")]
    [InlineData("::1", 8080, "Bob", "ws://[::1]:8080/ws?name=Bob")]
    [InlineData("[::1]", 8080, "Bob", "ws://[::1]:8080/ws?name=Bob")]
    [InlineData("localhost", 8080, "Bob Smith", "ws://localhost:8080/ws?name=Bob%20Smith")]
    [InlineData("localhost", 8080, "a&b", "ws://localhost:8080/ws?name=a%26b")]
    [InlineData("localhost", 8080, "100%", "ws://localhost:8080/ws?name=100%25")]
    [InlineData("localhost", 8080, "a+b=c#d?", "ws://localhost:8080/ws?name=a%2Bb%3Dc%23d%3F")]
    [InlineData("localhost", 8080, "Zoë", "ws://localhost:8080/ws?name=Zo%C3%AB")]
    [InlineData("localhost", 8080, "😀", "ws://localhost:8080/ws?name=%F0%9F%98%80")]
    [InlineData("localhost", 8080, "", "ws://localhost:8080/ws?name=anonymous")]
    public void A_host_a_port_and_a_name_make_an_address(string host, int port, string? name, string dialled) =>
        Assert.Equal(dialled, ServerAddress.FromHost(host, port, name).Uri.AbsoluteUri);

    [Theory]
    [InlineData("ws://localhost:8080", null, "ws://localhost:8080/ws?name=anonymous", "anonymous")]
    [InlineData("ws://localhost:8080/", "Bob", "ws://localhost:8080/ws?name=Bob", "Bob")]
    [InlineData("WS://localhost:8080/ws", "Bob", "ws://localhost:8080/ws?name=Bob", "Bob")]
    [InlineData("wss://chat.example/rooms/1", "Bob", "wss://chat.example/rooms/1?name=Bob", "Bob")]
    [InlineData("ws://[::1]:9000/ws", "Bob", "ws://[::1]:9000/ws?name=Bob", "Bob")]
    [InlineData("ws://localhost/ws?name=Al+Gore", null, "ws://localhost/ws?name=Al%20Gore", "Al Gore")]
    [InlineData("ws://localhost/ws?name=Zo%C3%AB", null, "ws://localhost/ws?name=Zo%C3%AB", "Zoë")]
    [InlineData("ws://localhost/ws?name=Alice&room=1", "Bob", "ws://localhost/ws?room=1&name=Bob", "Bob")]
    [InlineData("ws://localhost/ws?key=a%26b", "Bob", "ws://localhost/ws?key=a%26b&name=Bob", "Bob")]
    [InlineData("ws://localhost?name=Alice", null, "ws://localhost/ws?name=Alice", "Alice")]
    [InlineData("ws://localhost/ws?name=", null, "ws://localhost/ws?name=anonymous", "anonymous")]
    public void A_url_keeps_its_own_name_unless_one_is_given(string typed, string? name, string dialled, string asked)
    {
        var address = ServerAddress.FromUrl(typed, name);
        Assert.Equal(dialled, address.Uri.AbsoluteUri);
        Assert.Equal(asked, address.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost:8080")]
    [InlineData("http://localhost:8080/ws")]
    [InlineData("ws://")]
    [InlineData("ws://localhost:0/ws")]
    [InlineData("ws://localhost:99999/ws")]
    [InlineData("ws://bob:secret@localhost/ws")]
    [InlineData("ws://localhost/ws#here")]
    public void A_url_that_cannot_be_dialled_is_refused_with_a_sentence(string typed)
    {
        var refusal = Assert.Throws<FormatException>(() => ServerAddress.FromUrl(typed, "Bob"));
        Assert.EndsWith(".", refusal.Message.Replace("'.", ".", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 8080)]
    [InlineData("local host", 8080)]
    [InlineData("localhost:8080", 8080)]
    [InlineData("[localhost]", 8080)]
    [InlineData("user@localhost", 8080)]
    [InlineData("localhost/x", 8080)]
    [InlineData("localhost", 0)]
    [InlineData("localhost", 65536)]
    public void A_host_or_port_that_is_none_is_refused(string host, int port) =>
        Assert.Throws<FormatException>(() => ServerAddress.FromHost(host, port, name: null));

    [Fact]
    public void A_link_local_address_keeps_its_zone() =>
        Assert.Equal("fe80::1%eth0", ServerAddress.FromHost("fe80::1%eth0", 8080, "Bob").Uri.DnsSafeHost);

    [Fact]
    public void The_address_is_shown_without_its_query() =>
        Assert.Equal("wss://chat.example/ws", ServerAddress.FromUrl("wss://chat.example?key=secret", "Bob").Display);

    [Fact]
    public void Any_name_reaches_the_server_as_it_was_given() =>
        Gen.String.Where(name => !string.IsNullOrWhiteSpace(name) && !name.Any(char.IsSurrogate)).Sample(name =>
        {
            var query = ServerAddress.FromHost("localhost", 8080, name).Uri.Query;
            return query.All(char.IsAscii)
                && Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(query)["name"] == name;
        });
}

using System.Net.Security;
using System.Net.WebSockets;
using Broadcast.Tests.Hosting;

namespace Broadcast.Tests.Conformance;

/// <summary>What a connection's bytes go over: everything is played over each.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Scheme">The scheme of its addresses (RFC 6455 3).</param>
/// <param name="Settings">What a server needs to be told to speak it, as for <c>--set</c>.</param>
/// <param name="Over">What a client does with its socket's stream before it says anything.</param>
/// <param name="Options">What a client of the framework's has to know.</param>
internal sealed record Transport(
    string Name, string Scheme, string[] Settings, Func<Stream, Task<Stream>> Over, Action<ClientWebSocketOptions>? Options = null)
{
    /// <summary>All there are.</summary>
    public static Transport[] All { get; } =
    [
        new("TCP", "ws", [], Task.FromResult),
        new("TLS", "wss", Certificate.ForTheRun.Settings, ShakeHandsAsync, options => options.RemoteCertificateValidationCallback = Certificate.Any),
    ];

    public static Transport Named(string name) => All.Single(one => one.Name == name);

    public Task<RawPeer> ConnectAsync(Server server) => RawPeer.ConnectAsync(server.Port, over: Over);

    private static async Task<Stream> ShakeHandsAsync(Stream stream)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = Certificate.Any,
        }).WaitAsync(Person.Patience);
        return tls;
    }

    public Task<Person> JoinAsync(Server server, string name) =>
        Person.JoinAsync(new UriBuilder(server.Address(name)) { Scheme = Scheme }.Uri, Options);
}

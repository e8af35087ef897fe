using System.Net;
using Broadcast.Actors.Wire;
using Broadcast.Host.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Broadcast.Tests.Hosting;

public sealed class OriginPolicySpecs
{
    [Theory]
    [InlineData("localhost:8080")]
    [InlineData("attacker.example")]
    [InlineData("")]
    public void A_terminal_sends_no_origin_and_is_let_in(string host) =>
        Assert.Null(new OriginPolicy([], []).Refusal(StringValues.Empty, new HostString(host)));

    [Theory]
    [InlineData("http://localhost:8080", "localhost:8080")]
    [InlineData("https://localhost:8080", "localhost:8080")]
    [InlineData("HTTP://LocalHost:8080", "localhost:8080")]
    [InlineData("http://127.0.0.1", "127.0.0.1")]
    [InlineData("http://192.168.1.5:8080", "192.168.1.5:8080")]
    [InlineData("http://[::1]:8080", "[::1]:8080")]
    public void The_servers_own_pages_are_let_in(string origin, string host) =>
        Assert.Null(new OriginPolicy([], []).Refusal(origin, new HostString(host)));

    [Fact]
    public void The_machines_own_name_is_a_known_host()
    {
        var name = Dns.GetHostName();

        Assert.Null(new OriginPolicy([], []).Refusal($"http://{name}:8080", new HostString(name, 8080)));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://localhost:8081")]
    [InlineData("http://localhost")]
    [InlineData("ftp://localhost:8080")]
    [InlineData("http://localhost:8080.evil.example")]
    [InlineData("http://localhost:8080/")]
    [InlineData("null")]
    [InlineData("")]
    public void Any_other_web_page_is_refused(string origin) =>
        Assert.Equal(CloseReason.OriginUnknown, new OriginPolicy(["https://chat.example.org"], []).Refusal(origin, new HostString("localhost:8080")));

    [Fact]
    public void Two_origins_are_refused_even_if_both_are_allowed() =>
        Assert.Equal(
            CloseReason.OriginUnknown,
            new OriginPolicy(["*"], []).Refusal(new StringValues(["http://localhost", "http://localhost"]), new HostString("localhost")));

    [Fact]
    public void A_page_on_the_list_is_let_in() =>
        Assert.Null(new OriginPolicy(["https://Chat.example.org"], []).Refusal("https://chat.example.org", new HostString("localhost:8080")));

    [Theory]
    [InlineData("https://anything.example")]
    [InlineData("null")]
    public void A_star_lets_every_page_in(string origin) =>
        Assert.Null(new OriginPolicy(["*"], []).Refusal(origin, new HostString("127.0.0.1:8080")));

    [Theory]
    [InlineData("rebound.example")]
    [InlineData("rebound.example:8080")]
    [InlineData("localhost.rebound.example")]
    [InlineData("")]
    public void A_name_pointed_at_the_server_gets_no_page_in_although_it_is_the_pages_own(string host)
    {
        Assert.Equal(CloseReason.HostUnknown, new OriginPolicy([], []).Refusal($"http://{host}", new HostString(host)));
        Assert.Equal(CloseReason.HostUnknown, new OriginPolicy(["*"], []).Refusal($"http://{host}", new HostString(host)));
    }

    [Theory]
    [InlineData("chat.example.org", "chat.example.org")]
    [InlineData("chat.example.org", "CHAT.example.org:8443")]
    [InlineData("[2001:db8::1]", "[2001:db8::1]:8080")]
    public void A_name_on_the_list_is_a_known_host(string listed, string host) =>
        Assert.Null(new OriginPolicy([], [listed]).Refusal($"https://{host}", new HostString(host)));
}

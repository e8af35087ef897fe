using System.Net;
using System.Net.Http.Headers;

namespace Broadcast.Tests.Hosting;

public sealed class RequestSpecs
{
    private static readonly HttpClient Client = new() { Timeout = Person.Patience };

    [Theory]
    [InlineData("GET", "/ws", 400)]
    [InlineData("GET", "/ws?name=Alice", 400)]
    [InlineData("POST", "/ws", 405)]
    [InlineData("HEAD", "/ws", 405)]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/ws/", 404)]
    [InlineData("GET", "/WS", 404)]
    [InlineData("GET", "/ws2", 404)]
    [InlineData("POST", "/", 404)]
    public async Task Who_does_not_come_with_a_WebSocket_to_the_chat_is_told_what_to_do_in_one_line(string method, string path, int status)
    {
        await using var server = await Server.StartAsync();
        var address = new Uri(new UriBuilder(server.Address()) { Scheme = "http" }.Uri, path);
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        using var response = await Client.SendAsync(request);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal(status == 405 ? ["GET"] : [], response.Content.Headers.Allow);
        Assert.Equal(MediaTypeHeaderValue.Parse("text/plain; charset=utf-8"), response.Content.Headers.ContentType);
        var expected = status == 404
            ? "There is nothing here. The chat is at /ws.\n"
            : $"This is a WebSocket: connect to ws://127.0.0.1:{server.Port}/ws?name=NAME with a WebSocket client.\n";
        Assert.Equal(method == "HEAD" ? "" : expected, await response.Content.ReadAsStringAsync());
    }
}

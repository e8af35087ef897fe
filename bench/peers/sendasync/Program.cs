using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:" + args[0]);
var app = builder.Build();
app.UseWebSockets();

// One loop owns the members and is the only one that sends: a WebSocket takes one send at a time.
var room = Channel.CreateBounded<(WebSocket Member, byte[]? Line, bool IsHere)>(1024);
app.Map("/ws", async context =>
{
    using var socket = await context.WebSockets.AcceptWebSocketAsync();
    var name = Encoding.UTF8.GetBytes(context.Request.Query["name"] + ": ");
    await room.Writer.WriteAsync((socket, null, true));
    try
    {
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer.AsMemory(), default) is { MessageType: WebSocketMessageType.Text } text)
        {
            await room.Writer.WriteAsync((socket, [.. name, .. buffer.AsSpan(0, text.Count)], true));
        }
    }
    catch (WebSocketException)
    {
        // It went without a goodbye.
    }

    await room.Writer.WriteAsync((socket, null, false));
});

await Task.WhenAll(app.RunAsync(), BroadcastAsync());

async Task BroadcastAsync()
{
    var members = new HashSet<WebSocket>();
    var sends = new List<Task>();
    await foreach (var (member, line, isHere) in room.Reader.ReadAllAsync())
    {
        if (line is null)
        {
            _ = isHere ? members.Add(member) : members.Remove(member);
            continue;
        }

        foreach (var each in members)
        {
            var send = each.SendAsync(line.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, default);
            if (!send.IsCompletedSuccessfully)
            {
                sends.Add(send.AsTask());
            }
        }

        // The next line waits for the slowest: that is what a send each, and order, cost.
        await Task.WhenAll(sends).ContinueWith(_ => { }, TaskScheduler.Default);
        sends.Clear();
    }
}

using Microsoft.AspNetCore.SignalR;

namespace SignalR;

/// <summary>Everybody gets what anybody says.</summary>
internal sealed class ChatHub : Hub
{
    /// <inheritdoc/>
    public override Task OnConnectedAsync()
    {
        Context.Items["name"] = Context.GetHttpContext()!.Request.Query["name"].ToString();
        return base.OnConnectedAsync();
    }

    /// <summary>Called by clients.</summary>
    [HubMethodName("Say")]
    public Task SayAsync(string text) => Clients.All.SendAsync("line", $"{Context.Items["name"]}: {text}");
}

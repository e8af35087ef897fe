using SignalR;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls("http://127.0.0.1:" + args[0]);

// The load generator sends no pings of the protocol's own; nobody is to be thrown out for it.
builder.Services.AddSignalR(options => options.ClientTimeoutInterval = TimeSpan.FromHours(1));
var app = builder.Build();
app.MapHub<ChatHub>("/ws");
await app.RunAsync();

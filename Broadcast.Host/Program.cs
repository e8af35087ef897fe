using Broadcast.Host;

return await HostCommand.RunAsync(args);

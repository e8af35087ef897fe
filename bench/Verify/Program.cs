using Broadcast.Verify;

try
{
    var options = Options.Parse(args);
    return await Turns.RunAsync(() => options.IsSelfTest ? SelfTest.RunAsync(options) : options.Minutes > 0 ? Soak.RunAsync(options) : Seeds.RunAsync(options)) ? 0 : 1;
}
catch (UsageException mistake)
{
    await Console.Error.WriteLineAsync(mistake.Message);
    return 64;
}

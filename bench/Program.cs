using Broadcast.Bench;
using Broadcast.Bench.Scenarios;

try
{
    if (args is ["suite", .. var words])
    {
        return await Broadcast.Bench.Rounds.Suite.RunAsync(words);
    }

    if (args is ["hostile", .. var attacks])
    {
        return await Broadcast.Bench.Hostile.Report.RunAsync(attacks);
    }

    if (args.Length == 0 || Scenario.All.SingleOrDefault(scenario => scenario.Name == args[0]) is not { } wanted)
    {
        throw new UsageException(string.Join('\n', Scenario.All.Select(scenario => $"{scenario.Name,-9} {scenario.Summary}")));
    }

    var isSound = true;
    foreach (var result in await wanted.RunAsync(new Options(args[1..])))
    {
        Console.WriteLine(result.ToJsonString());
        if (result["problems"]?.GetValue<string>() is { Length: > 0 } problems)
        {
            await Console.Error.WriteLineAsync($"*** {result["peer"]}, {result["scenario"]}, {result["case"]}: {problems} ***");
            isSound = isSound && result["peer"]?.GetValue<string>() is not ("broadcast" or "broadcast-mixed");
        }
    }

    return isSound ? 0 : 1;
}
catch (UsageException mistake)
{
    await Console.Error.WriteLineAsync(mistake.Message);
    return 64;
}
catch (Exception failure) when (failure is IOException or TimeoutException or InvalidDataException)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 70;
}

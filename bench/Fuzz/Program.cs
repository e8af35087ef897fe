using System.Globalization;
using Broadcast.Fuzz;
using SharpFuzz;

// Before any of the instrumented code runs.
var coverage = new Coverage();

switch (args)
{
    case ["instrument", .. var assemblies]:
        foreach (var path in assemblies)
        {
            // Of others' code what reads the configuration alone.
            _ = Fuzzer.Instrument(
                path,
                type => type.StartsWith("Broadcast.", StringComparison.Ordinal) || type.StartsWith("Akka.Configuration.", StringComparison.Ordinal),
                Options.Value);
        }

        return 0;
    case ["run", var name, var inputs, var seed, var corpus]
        when Target.All.SingleOrDefault(target => target.Name == name) is { } target
            && long.TryParse(inputs, CultureInfo.InvariantCulture, out var count) && int.TryParse(seed, CultureInfo.InvariantCulture, out var start):
        using (var run = new Run(target, new Corpus(corpus), coverage, start))
        {
            return run.Go(count) ? 0 : 1;
        }

    case ["replay", var name, var path] when Target.All.SingleOrDefault(target => target.Name == name) is { } target:
        target.Check(await File.ReadAllBytesAsync(path));
        return 0;
    case ["list"]:
        Console.WriteLine(string.Join('\n', Target.All.Select(target => target.Name)));
        return 0;
    default:
        await Console.Error.WriteLineAsync(string.Join('\n', Target.All.Select(target => $"{target.Name,-8} {target.Summary}")));
        return 64;
}

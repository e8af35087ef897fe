using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.MemoryMappedFiles;

namespace Broadcast.Fuzz;

/// <summary>
/// Gives a target one input after the other, each made of one that went a new way. It ends at the first that breaks
/// something, takes longer than <see cref="MostTime"/>, or takes more memory than <see cref="MostMemory"/>; that input is
/// kept. One that ends the process (an overflown stack) is left in the file <c>now</c> of the corpus.
/// </summary>
internal sealed class Run(Target target, Corpus corpus, Coverage coverage, int seed) : IDisposable
{
    private const long MostMemory = 64 << 20;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    private readonly Mutator _mutator = new(seed);
    private readonly long _started = Stopwatch.GetTimestamp();

    private MemoryMappedViewAccessor? _now;
    private byte[] _input = [];
    private long _done;
    private long _doneBefore = -1;

    public void Dispose() => _now?.Dispose();

    /// <summary>Runs so many inputs.</summary>
    /// <returns>Whether all of them went well.</returns>
    public bool Go(long inputs)
    {
        foreach (var input in target.Seeds.Concat(corpus.Kept()))
        {
            if (!Try(input))
            {
                return false;
            }
        }

        using var file = MemoryMappedFile.CreateFromFile(corpus.PathOf("now"), FileMode.Create, mapName: null, sizeof(int) + Mutator.MostBytes);
        _now = file.CreateViewAccessor();
        using var watch = new Timer(_ => Look(), state: null, MostTime, MostTime);
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        var told = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _done) < inputs)
        {
            var input = corpus[_mutator.Index(corpus.Count)];
            if (!Try(_mutator.Change(input, corpus[_mutator.Index(corpus.Count)])))
            {
                return false;
            }

            if (Stopwatch.GetElapsedTime(told) >= Between)
            {
                told = Stopwatch.GetTimestamp();
                Tell();
            }
        }

        Tell();
        var growth = (GC.GetTotalMemory(forceFullCollection: true) - heap) / 1024;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name}: the heap grew by {growth} KiB"));
        return true;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever comes is what is looked for.")]
    private bool Try(byte[] input)
    {
        _input = input;
        _now?.Write(0, input.Length);
        _now?.WriteArray(sizeof(int), input, 0, input.Length);
        var memory = GC.GetAllocatedBytesForCurrentThread();
        coverage.Begin();
        try
        {
            target.Check(input);
            memory = GC.GetAllocatedBytesForCurrentThread() - memory;
            Target.Require(memory < MostMemory, string.Create(CultureInfo.InvariantCulture, $"{memory} bytes of memory were taken for it"));
        }
        catch (Exception e)
        {
            Console.WriteLine($"{target.Name}: {corpus.KeepBroken(input)} breaks it: {e}");
            return false;
        }

        if (coverage.IsNew())
        {
            corpus.Add(input, isToBeKept: _now is not null);
        }

        Volatile.Write(ref _done, _done + 1);
        return true;
    }

    private void Look()
    {
        var done = Volatile.Read(ref _done);
        if (done == _doneBefore)
        {
            Console.WriteLine($"{target.Name}: {corpus.KeepBroken(_input)} has taken more than {MostTime.TotalSeconds} seconds");
            Environment.Exit(1);
        }

        _doneBefore = done;
    }

    private void Tell()
    {
        var seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{target.Name}: {_done} inputs, {_done / seconds:F0} a second, {coverage.Ways} ways, {corpus.Count} kept"));
    }
}

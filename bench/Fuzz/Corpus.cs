using System.Globalization;
using System.Security.Cryptography;

namespace Broadcast.Fuzz;

/// <summary>The inputs that went new ways, in a folder of their own, where the next run begins with them.</summary>
/// <param name="folder">Its path; made where there is none.</param>
internal sealed class Corpus(string folder)
{
    private readonly List<byte[]> _inputs = [];

    public int Count => _inputs.Count;

    public byte[] this[int index] => _inputs[index];

    /// <summary>What earlier runs have left.</summary>
    public IEnumerable<byte[]> Kept() => Directory.CreateDirectory(folder).EnumerateFiles("*.new").Select(file => File.ReadAllBytes(file.FullName)).ToList();

    public void Add(byte[] input, bool isToBeKept)
    {
        _inputs.Add(input);
        if (isToBeKept)
        {
            File.WriteAllBytes(PathOf(Convert.ToHexStringLower(SHA256.HashData(input))[..16] + ".new"), input);
        }
    }

    /// <summary>A file beside them.</summary>
    public string PathOf(string name) => Path.Combine(folder, name);

    /// <summary>Keeps an input that broke something, and says where.</summary>
    public string KeepBroken(ReadOnlySpan<byte> input)
    {
        var path = PathOf(string.Create(CultureInfo.InvariantCulture, $"broken-{Environment.ProcessId}"));
        File.WriteAllBytes(path, input);
        return path;
    }
}

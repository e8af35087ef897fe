using System.Text;
using CsCheck;

namespace Broadcast.Tests.Hosting;

internal static class Texts
{
    /// <summary>Any text without half a surrogate pair.</summary>
    public static Gen<string> WellFormed { get; } =
        Gen.OneOf(Gen.Int[0, 0x7F], Gen.Int[0x80, 0xD7FF], Gen.Int[0xE000, 0x10FFFF]).Array[0, 30]
            .Select(scalars => string.Concat(scalars.Select(scalar => new Rune(scalar).ToString())));
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Broadcast.Bench.Wire;

/// <summary>Members are called m00000, m00001 and so on: with the colon and the space they fill eight bytes.</summary>
internal static class Names
{
    public const int PrefixLength = 8;

    public static string Of(int member) => string.Create(CultureInfo.InvariantCulture, $"m{member:D5}");

    /// <summary>The eight bytes that stand in front of what a member says.</summary>
    public static ulong Prefix(int member) => MemoryMarshal.Read<ulong>(Encoding.ASCII.GetBytes(Of(member) + ": "));
}

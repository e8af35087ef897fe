using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Broadcast.Fuzz;

/// <summary>
/// Which ways the instrumented code went: a counter for each step from one branch to the next, as AFL has them. How often
/// counts by its order of magnitude.
/// </summary>
internal sealed unsafe class Coverage
{
    private const int Bytes = 1 << 16;

    private readonly byte* _steps = (byte*)NativeMemory.AllocZeroed(Bytes);
    private readonly byte[] _known = new byte[Bytes];

    public Coverage() => Trace.SharedMem = _steps;

    /// <summary>How many ways there are so far.</summary>
    public int Ways { get; private set; }

    /// <summary>Before an input.</summary>
    public void Begin()
    {
        new Span<byte>(_steps, Bytes).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>After it: whether it went where none went before.</summary>
    public bool IsNew()
    {
        var isNew = false;
        for (var i = 0; i < Bytes; i += sizeof(ulong))
        {
            if (*(ulong*)(_steps + i) == 0)
            {
                continue;
            }

            for (var at = i; at < i + sizeof(ulong); at++)
            {
                var magnitude = (byte)(_steps[at] == 0 ? 0 : 1 << BitOperations.Log2(_steps[at]));
                if ((_known[at] | magnitude) != _known[at])
                {
                    _known[at] |= magnitude;
                    Ways++;
                    isNew = true;
                }
            }
        }

        return isNew;
    }
}

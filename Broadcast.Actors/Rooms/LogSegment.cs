namespace Broadcast.Actors.Rooms;

/// <summary>
/// Consecutive frames in one array. Only the log appends; what is published is never touched again, so that slices of
/// it can be told to anybody.
/// </summary>
internal sealed class LogSegment(long first, int capacity)
{
    // Frames average some 80 bytes: so many fill the usual segment of 32 KiB, and a segment of tiny ones is cut short.
    private const int MostFrames = 512;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity);
    private readonly int[] _ends = new int[MostFrames];

    public long First => first;

    public long Last => first + Count - 1;

    public int Count { get; private set; }

    public int Length => Count == 0 ? 0 : _ends[Count - 1];

    public bool HasRoomFor(int frame) => Count < MostFrames && _bytes.Length - Length >= frame;

    public void Append(ReadOnlySpan<byte> frame)
    {
        var start = Length;
        frame.CopyTo(_bytes.AsSpan(start));
        _ends[Count] = start + frame.Length;
        Count++;
    }

    public ReadOnlyMemory<byte> Bytes(long from, long to) => _bytes.AsMemory(StartOf(from), EndOf(to) - StartOf(from));

    public int LengthOf(long seq) => EndOf(seq) - StartOf(seq);

    private int StartOf(long seq) => seq == first ? 0 : EndOf(seq - 1);

    private int EndOf(long seq) => _ends[(int)(seq - first)];
}

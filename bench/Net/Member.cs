using Broadcast.Bench.Wire;

namespace Broadcast.Bench.Net;

/// <summary>One WebSocket client.</summary>
internal sealed class Member(int index, Dialect dialect)
{
    public int Index { get; } = index;

    /// <summary>What it speaks.</summary>
    public Dialect Dialect { get; } = dialect;

    /// <summary>Which publisher it is, or -1: it only listens.</summary>
    public int Publisher { get; set; } = -1;

    public int Socket { get; set; } = -1;

    public Stage Stage { get; set; }

    /// <summary>The key of its handshake.</summary>
    public string Key { get; set; } = "";

    /// <summary>The server has said that it is in; where the server says no such thing, the handshake does.</summary>
    public bool IsIn { get; set; }

    /// <summary>It has had a probe.</summary>
    public bool Heard { get; set; }

    /// <summary>It no longer reads.</summary>
    public bool IsStuck { get; set; }

    /// <summary>It is read for only now and then.</summary>
    public bool IsSlow { get; set; }

    /// <summary>The code of the close frame that it was sent; 0 without one in it, null without a close frame.</summary>
    public int? CloseCode { get; set; }

    /// <summary>How long it was asked to stay away, in milliseconds.</summary>
    public int? RetryAfter { get; set; }

    /// <summary>Its connection ended within a frame or a message.</summary>
    public bool IsTorn { get; set; }

    /// <summary>When it was cut off, in ticks of the stopwatch.</summary>
    public long CutAt { get; set; }

    /// <summary>Its own lines that came back and have not been answered yet.</summary>
    public int Returned { get; set; }

    /// <summary>The beginning of a frame whose end has not come; the first <see cref="PartialLength"/> bytes.</summary>
    public byte[] Partial { get; set; } = [];

    public int PartialLength { get; set; }

    /// <summary>What has come of a message in several frames; the first <see cref="MessageLength"/> bytes.</summary>
    public byte[] Message { get; set; } = [];

    public int MessageLength { get; set; }

    public bool IsInMessage { get; set; }

    /// <summary>What its socket has not taken yet: from <see cref="OutStart"/> to <see cref="OutEnd"/>.</summary>
    public byte[] Out { get; set; } = [];

    public int OutStart { get; set; }

    public int OutEnd { get; set; }

    /// <summary>Its socket is full; the poller tells when it takes more.</summary>
    public bool IsBlocked { get; set; }

    public bool Reads => Stage == Stage.Open && !IsStuck;
}

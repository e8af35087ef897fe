using Broadcast.Actors.Door;
using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Sessions;

/// <summary>What a peer that speaks <see cref="JsonForm"/> asks for. Owned by one actor.</summary>
/// <param name="nameLength">The most characters in a name that it may choose.</param>
/// <param name="standing">What its request has shown of who it is.</param>
/// <param name="key">What it has to know where its request has not shown it; null where there is no such thing.</param>
internal sealed class JsonPeer(int nameLength, Standing standing, JoinKey? key)
{
    // So many frames in a row that are none, and the peer is sent away.
    private const int MostMisunderstood = 100;

    private int _misunderstood;

    /// <summary>Whether it has said hello.</summary>
    public bool IsIn { get; private set; }

    /// <summary>
    /// What a frame asks for: a message to the room, or the <see cref="Offended"/> for which the peer is sent away.
    /// </summary>
    public object Asks(MemberId id, string text)
    {
        var frame = JsonForm.Parse(text);
        if (!IsIn)
        {
            return frame switch
            {
                Hello hello when standing.HasKey || key?.Is(hello.Key ?? "") != false => Join(id, hello),
                Hello => new Offended(CloseReason.KeyWrong),
                BadRequest { IsHello: true } wrong => new Offended(CloseReason.HelloWrong(wrong.Why, wrong.N)),
                _ => new Offended(CloseReason.HelloFirst),
            };
        }

        if (frame is not BadRequest bad)
        {
            _misunderstood = 0;
            return Asks(id, frame);
        }

        return ++_misunderstood == MostMisunderstood
            ? new Offended(CloseReason.NotUnderstood)
            : new Refuse(id, ErrorCode.BadRequest, bad.Why, bad.N, IsAnswer: false);
    }

    private Join Join(MemberId id, Hello hello)
    {
        IsIn = true;
        return standing.Name is { } given
            ? Rooms.Join.Given(id, given, WireForm.Json, hello.Resume)
            : Rooms.Join.Named(id, hello.Name, WireForm.Json, hello.Resume, nameLength);
    }

    private object Asks(MemberId id, ClientFrame frame) => frame switch
    {
        SayText { Text: "", N: var n } => new Refuse(id, ErrorCode.BadRequest, Sentences.NothingSaid, n, IsAnswer: false),
        SayText say => new Say(id, say.Text, say.Action, say.N),
        RenameTo { N: var n } when standing.Name is not null =>
            new Refuse(id, ErrorCode.NotAllowed, Sentences.NameGivenByOthers, n, IsAnswer: true),
        RenameTo rename => DisplayName.TryParse(rename.Name, nameLength, out var name, out var refusal)
            ? new Rename(id, name, rename.N)
            : new Refuse(id, ErrorCode.NameInvalid, refusal.Text, rename.N, IsAnswer: true),
        WhisperTo { Text: "", N: var n } => new Refuse(id, ErrorCode.BadRequest, Sentences.NothingSaid, n, IsAnswer: false),
        WhisperTo whisper => DisplayName.TryParse(whisper.To, out var to, out _)
            ? new Whisper(id, [new Addressed(to, whisper.Text)], whisper.N)
            : new Refuse(id, ErrorCode.NotHere, ErrorCode.NotHere.Text, whisper.N, IsAnswer: true),
        WhoAsked => new GetMembers(id),
        HistoryAsked history => new GetHistory(id, history.Before, history.Limit),
        PingAsked => new GetPong(id),
        LeaveAsked => new Leave(id),
        Hello => new Refuse(id, ErrorCode.BadRequest, Sentences.HelloAgain, N: null, IsAnswer: false),
        _ => throw new ArgumentOutOfRangeException(nameof(frame), frame, "A frame that nobody has thought of."),
    };
}

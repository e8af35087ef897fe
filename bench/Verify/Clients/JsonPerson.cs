using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Broadcast.Verify.Histories;
using Broadcast.Verify.Orders;

namespace Broadcast.Verify.Clients;

/// <summary>
/// A client that speaks broadcast.v1+json: it comes back with its token, and sends again what has no answer. It comes back by
/// itself from what it did not do itself.
/// </summary>
internal sealed class JsonPerson(int number, string wanted, Setup setup) : Person(number, wanted, isPlain: false, setup)
{
    private const int MostUnanswered = 32;

    private static readonly string[] Oddities =
    [
        """{"type":"ping"}""", """{"type":"nonsense"}""", "not json", """{"type":"say","text":""}""", "[1]", """{"type":"hello","name":"again"}""",
    ];

    private readonly SortedDictionary<long, string> _unanswered = [];

    private string? _id;
    private string? _token;
    private string? _epoch;
    private long _n;
    private int _pings;
    private int _pongs;
    private long _heardAt;
    private long _awayAt;
    private bool _isDialling;
    private bool _isNarrow;

    // The connection that it came back from while it was still there, which the server has not ended yet.
    private Wire? _former;

    /// <summary>The last fact that it has.</summary>
    public long Cursor { get; private set; }

    /// <summary>How many it was last told are here.</summary>
    public int Count { get; private set; }

    /// <summary>Whether it is out and will be back.</summary>
    public bool IsAway => !IsIn && !IsGone;

    public override Task ComeAsync(bool isNarrow)
    {
        _isNarrow = isNarrow;
        return DialAsync();
    }

    /// <summary>Its connection breaks, and it stays away until it is told to come back.</summary>
    public void Drop(Exit how)
    {
        if (HasLeft || Wire is not { } wire)
        {
            return;
        }

        // Who has not been welcomed yet is away since before.
        _awayAt = IsIn ? EndOf(wire) ?? Stopwatch.GetTimestamp() : _awayAt;
        IsIn = false;
        Wire = null;
        if (how == Exit.Finish)
        {
            wire.Finish();
            wire.GoOn();
        }
        else
        {
            wire.Reset();
        }

        Changes.Signal();
    }

    /// <summary>Comes back, whether the old connection is still there or not.</summary>
    public Task ComeBackAsync()
    {
        if (HasLeft || _isDialling)
        {
            return Task.CompletedTask;
        }

        if (IsIn && Wire is { } wire)
        {
            IsIn = false;
            _awayAt = EndOf(wire) ?? Stopwatch.GetTimestamp();
            wire.GoOn();
            _former = wire;
        }
        else
        {
            Wire?.Reset();
        }

        Wire = null;
        return DialAsync();
    }

    /// <summary>Never comes back.</summary>
    public void Forget()
    {
        if (!HasLeft)
        {
            IsLeaving = true;
            Note(new Leaving("staying away", ["lost"]));
            Wire?.Reset();
            // A hello that the reset has overtaken has not ended this one.
            _former?.Reset();
            IsIn = false;
            IsGone = true;
            Changes.Signal();
        }
    }

    public override void Speak(int style, int bytes, bool isAction) => SendNumbered(n =>
    {
        var tag = NextTag();
        var opening = Vocabulary.Opening(style);
        var text = opening + Vocabulary.Filling(style, bytes - Encoding.UTF8.GetByteCount(JsonFrames.Say(opening + tag, isAction, n))) + tag;
        Note(new Spoke(tag, text, isAction, n));
        return JsonFrames.Say(text, isAction, n);
    });

    public override void Whisper(string to, int style) => SendNumbered(n =>
    {
        var (tag, text) = (NextTag(), Vocabulary.Opening(style));
        Note(new Whispered(tag, to, text + tag, n));
        return JsonFrames.Whisper(to, text + tag, n);
    });

    public override void Rename(string name) => SendNumbered(n =>
    {
        Note(new AskedForName(name, n));
        return JsonFrames.Rename(name, n);
    });

    public override void AskWho() => SendWhenIn(() =>
    {
        Note(new Asked(IsHistory: false, Before: null, Limit: null));
        Wire!.Send(JsonFrames.Plain("who"));
    });

    public override void AskHistory(int? limit, long? before) => SendWhenIn(() =>
    {
        var from = before is { } back ? Math.Max(1, Cursor - back) : (long?)null;
        Note(new Asked(IsHistory: true, from, limit));
        Wire!.Send(JsonFrames.History(limit, from));
    });

    public override void SendOddity(int which) => SendWhenIn(() =>
    {
        var odd = which % (Oddities.Length + 1);
        if (odd == Oddities.Length)
        {
            Wire!.SendPing();
        }
        else
        {
            _pings += odd == 0 ? 1 : 0;
            Wire!.Send(Oddities[odd]);
        }
    });

    public override void Leave(Exit how) => SendWhenIn(() =>
    {
        IsLeaving = true;
        Note(new Leaving(how.ToString(), ReasonsOf(how)));
        switch (how)
        {
            case Exit.Quit:
                Wire!.Send(JsonFrames.Plain("leave"));
                break;
            case Exit.Offence:
                Wire!.SendBinary();
                break;
            default:
                Wire!.SendClose();
                break;
        }
    });

    public override async Task AnsweredAsync()
    {
        while (!IsGone)
        {
            await Changes.UntilAsync(() => IsGone || (IsIn && Waiting.Count == 0 && _unanswered.Count == 0), Setup.Deadline);
            var wire = Wire;
            SendWhenIn(() =>
            {
                _pings++;
                Wire!.Send(JsonFrames.Plain("ping"));
            });
            await Changes.UntilAsync(() => IsGone || Wire != wire || (IsIn && Waiting.Count == 0 && _pongs >= _pings), Setup.Deadline);
            if (Wire == wire && wire is not null)
            {
                return;
            }
        }
    }

    protected override void Pump()
    {
        while (IsIn && !HasLeft && _unanswered.Count < MostUnanswered && Waiting.TryDequeue(out var send))
        {
            send();
        }

        Changes.Signal();
    }

    private void SendNumbered(Func<long, string> frame) => SendWhenIn(() =>
    {
        var text = frame(++_n);
        _unanswered.Add(_n, text);
        Wire!.Send(text);
    });

    private async Task DialAsync()
    {
        if (_isDialling)
        {
            return;
        }

        _isDialling = true;
        while (Wire is null && !HasLeft)
        {
            try
            {
                var port = await Setup.PortAsync();
                Wire = await Wire.DialAsync(port, "/ws", "broadcast.v1+json", _isNarrow, Setup.Deadline);
            }
            catch (IOException) when (Setup.IsRough)
            {
                await Task.Delay(20, Setup.Deadline);
            }
        }

        _isDialling = false;
        if (HasLeft)
        {
            Wire?.Reset();
            return;
        }

        (_pings, _pongs) = (0, 0);
        Note(new Dialled(_token is null ? null : Cursor));
        Wire!.Send(JsonFrames.Hello(Testimony.Wanted, _token, _epoch, Cursor));
        _ = ListenAsync(Wire);
    }

    private async Task ListenAsync(Wire wire)
    {
        while (true)
        {
            var arrived = await wire.ReceiveAsync();
            if (Wire != wire)
            {
                // What still comes on a connection that it has given up is nobody's.
                await DropAsync(wire);
                return;
            }

            switch (arrived)
            {
                case TextFrame text:
                    _heardAt = Stopwatch.GetTimestamp();
                    Hear(text.Content);
                    break;
                case Broke broke:
                    Note(new Faulty(broke.Why));
                    OnEnded(wire, new Ended(Code: null, broke.Why));
                    return;
                case Ended ended:
                    OnEnded(wire, ended);
                    return;
            }
        }
    }

    private static async Task DropAsync(Wire wire)
    {
        wire.GoOn();
        while (await wire.ReceiveAsync() is TextFrame)
        {
        }

        wire.Dispose();
    }

    private void Hear(string content)
    {
        try
        {
            Understand(content);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or InvalidDataException)
        {
            Note(new Faulty($"{Short.Of(content)}: {e.Message}"));
        }
    }

    private void Understand(string content)
    {
        using var frame = JsonDocument.Parse(content);
        var kind = JsonFrames.Kind(frame.RootElement);
        var entry = JsonFrames.Read(frame.RootElement);
        if (entry is Welcomed welcomed)
        {
            OnWelcomed(welcomed, frame.RootElement.GetProperty("token").GetString()!);
            return;
        }

        if (entry is not null)
        {
            Note(entry);
        }

        switch (entry)
        {
            case Heard { Fact: var fact }:
                Cursor = fact.Seq;
                Name = fact is Renamed { Who: var who } && who.Id == _id ? who.Name : Name;
                break;
            case Missed missed:
                Cursor = missed.Last;
                break;
            case MembersHeard members:
                Count = members.Count;
                break;
            case Accepted accepted:
                _ = _unanswered.Remove(accepted.N);
                break;
            case Refused { N: { } n }:
                _ = _unanswered.Remove(n);
                break;
            case null when kind == "pong":
                _pongs++;
                break;
        }

        Pump();
    }

    private void OnWelcomed(Welcomed welcomed, string token)
    {
        var isInTime = _token is not null && Stopwatch.GetElapsedTime(_awayAt) < Setup.Grace;
        Note(welcomed with { IsInTime = isInTime });
        var isSameEpoch = _epoch is null || _epoch == welcomed.Epoch;
        (_id, _token, _epoch, Name) = (welcomed.You.Id, token, welcomed.Epoch, welcomed.You.Name);
        Cursor = welcomed.Seq;
        IsIn = true;
        if (!isSameEpoch)
        {
            _unanswered.Clear();
        }

        foreach (var again in _unanswered.Values)
        {
            Wire!.Send(again);
        }

        Pump();
    }

    // When it was broken, or its server was: on a busy machine that is found much later.
    private long? EndOf(Wire wire)
    {
        var server = Setup.EndOfServerAt(wire.DialledAt);
        return wire.HarmedAt is { } harmed && !(server < harmed) ? harmed : server;
    }

    private void OnEnded(Wire wire, Ended ended)
    {
        Note(new Over(ended.Code, ended.Why, IsLeaving, wire.IsHarmed));
        wire.Dispose();
        // A server that ended it by itself may have done so as soon as it had sent what came last.
        _awayAt = IsIn ? EndOf(wire) ?? _heardAt : _awayAt;
        IsIn = false;
        if (IsLeaving || !Setup.IsRough)
        {
            IsGone = true;
        }
        else
        {
            Wire = null;
            _ = DialAsync();
        }

        Changes.Signal();
    }
}

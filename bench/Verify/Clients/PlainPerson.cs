using System.Globalization;
using System.Text;
using Broadcast.Verify.Histories;
using Broadcast.Verify.Orders;

namespace Broadcast.Verify.Clients;

/// <summary>A client that offers no subprotocol.</summary>
internal sealed class PlainPerson(int number, string wanted, Setup setup) : Person(number, wanted, isPlain: true, setup)
{
    private static readonly string[] Oddities = ["", "/nonsense and more", "/help", "/me", "/msg", "/name", "/history none"];

    private int _asked;
    private int _answered;

    public override async Task ComeAsync(bool isNarrow)
    {
        Note(new Dialled(From: null));
        try
        {
            var port = await Setup.PortAsync();
            Wire = await Wire.DialAsync(port, "/ws?name=" + Uri.EscapeDataString(Testimony.Wanted), subprotocol: null, isNarrow, Setup.Deadline);
        }
        catch (IOException e)
        {
            Finish(new Ended(Code: null, e.Message));
            return;
        }

        _ = ListenAsync(Wire);
    }

    public override void Speak(int style, int bytes, bool isAction) => SendWhenIn(() =>
    {
        var tag = NextTag();
        var opening = Vocabulary.Opening(style);
        var prefix = isAction ? "/me " : opening.StartsWith('/') ? "/" : "";
        var text = opening + Vocabulary.Filling(style, bytes - Encoding.UTF8.GetByteCount(prefix + opening + tag)) + tag;
        Note(new Spoke(tag, isAction ? text.Trim() : text, isAction, N: null));
        Wire!.Send(prefix + text);
    });

    public override void Whisper(string to, int style) => SendWhenIn(() =>
    {
        var (tag, text) = (NextTag(), Vocabulary.Opening(style));
        Note(new Whispered(tag, to, (text + tag).TrimStart(), N: null));
        Wire!.Send($"/msg {to} {text}{tag}");
    });

    public override void Rename(string name) => SendWhenIn(() =>
    {
        Note(new AskedForName(name, N: null));
        Wire!.Send("/name " + name);
    });

    public override void AskWho() => SendWhenIn(() =>
    {
        _asked++;
        Note(new Asked(IsHistory: false, Before: null, Limit: null));
        Wire!.Send("/who");
    });

    public override void AskHistory(int? limit, long? before) => SendWhenIn(() =>
    {
        Note(new Asked(IsHistory: true, Before: null, limit));
        Wire!.Send(limit is { } most ? string.Create(CultureInfo.InvariantCulture, $"/history {most}") : "/history");
    });

    public override void SendOddity(int which) => SendWhenIn(() =>
    {
        if (which % 8 == 7)
        {
            Wire!.SendPing();
        }
        else
        {
            Wire!.Send(Oddities[which % 8]);
        }
    });

    public override void Leave(Exit how)
    {
        if (how != Exit.Reset)
        {
            SendWhenIn(() => SayGoodbye(how));
        }
        else if (Wire is null)
        {
            SendWhenIn(LeaveByReset);
        }
        else if (!HasLeft)
        {
            LeaveByReset();
        }
    }

    private void LeaveByReset()
    {
        IsLeaving = true;
        Note(new Leaving("reset", ["lost", "quit"]));
        Wire!.Reset();
    }

    private void SayGoodbye(Exit how)
    {
        IsLeaving = true;
        Note(new Leaving(how.ToString(), ReasonsOf(how)));
        switch (how)
        {
            case Exit.Quit:
                Wire!.Send("/quit");
                break;
            case Exit.Close:
                Wire!.SendClose();
                break;
            case Exit.Finish:
                Wire!.Finish();
                break;
            default:
                Wire!.SendBinary();
                break;
        }
    }

    public override Task AnsweredAsync()
    {
        AskWho();
        return Changes.UntilAsync(() => IsGone || (Waiting.Count == 0 && _answered >= _asked), Setup.Deadline);
    }

    protected override void Pump()
    {
        while (IsIn && !HasLeft && Waiting.TryDequeue(out var send))
        {
            send();
        }

        Changes.Signal();
    }

    private async Task ListenAsync(Wire wire)
    {
        while (true)
        {
            switch (await wire.ReceiveAsync())
            {
                case TextFrame text:
                    Hear(text.Content);
                    break;
                case Broke broke:
                    Note(new Faulty(broke.Why));
                    Finish(new Ended(Code: null, broke.Why));
                    return;
                case Ended ended:
                    Finish(ended);
                    return;
            }
        }
    }

    private void Hear(string line)
    {
        Note(new Line(line));
        if (!IsIn)
        {
            Name = PlainText.NameOfJoiner(line) ?? Name;
            IsIn = true;
        }

        if (PlainText.WhisperIn(line) is var (from, text))
        {
            Note(new WhisperHeard(from, To: null, text));
        }
        else if (PlainText.IsForEverybody(line))
        {
            Name = PlainText.Renaming(line) is var (was, now) && was == Name ? now : Name;
        }
        else if (PlainText.Who(line) is not null)
        {
            _answered++;
        }

        Pump();
    }

    private void Finish(Ended ended)
    {
        Note(new Over(ended.Code, ended.Why, IsLeaving, Wire?.IsHarmed != false));
        IsIn = false;
        IsGone = true;
        Wire?.Dispose();
        Changes.Signal();
    }
}

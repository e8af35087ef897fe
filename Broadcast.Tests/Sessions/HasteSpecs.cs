using Akka.Actor;
using Akka.TestKit;
using Broadcast.Actors;
using Broadcast.Actors.Door;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Sessions;

/// <summary>One session whose peer, Bob, may send ten messages a second, and three at once.</summary>
public sealed class HasteSpecs : ActorSpec
{
    private static readonly MemberId Bob = new(7);
    private static readonly KeepAlive KeepAlive = new(TimeSpan.FromHours(1), TimeSpan.FromHours(1));
    private static readonly TimeSpan Share = TimeSpan.FromMilliseconds(100);

    private readonly FakeTimeProvider _time = new();
    private readonly SessionRules _rules;
    private readonly TestProbe _room;
    private readonly TestProbe _socket;
    private readonly TestConnection _connection;

    public HasteSpecs()
    {
        _rules = new SessionRules(new Rate(10, TimeSpan.FromSeconds(1), burst: 3, _time));
        _room = CreateTestProbe("room");
        _socket = CreateTestProbe("bobs-socket");
        _connection = new TestConnection(_socket.Ref) { LastHeard = _time.GetTimestamp() };
    }

    [Theory]
    [InlineData(WireForm.Plain)]
    [InlineData(WireForm.Json)]
    public async Task Who_is_over_the_rate_is_told_once_and_read_no_faster_than_it_allows(WireForm form)
    {
        var session = await JoinedAsync(form);
        for (var n = 0; n < 3; n++)
        {
            await SaysAsync(session, form);
            await GrantedAsync();
        }

        for (var n = 0; n < 20; n++)
        {
            await SaysAsync(session, form);
        }

        var notice = Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames);
        Assert.Contains("10 lines a second", notice.Text, StringComparison.Ordinal);

        // One for each share of the time, and not a word more.
        for (var n = 0; n < 20; n++)
        {
            Wait(Share);
            await GrantedAsync();
        }

        // It has come down, and is told again when it is over again.
        Wait(TimeSpan.FromSeconds(1));
        for (var n = 0; n < 3; n++)
        {
            await SaysAsync(session, form);
            await GrantedAsync();
        }

        await SaysAsync(session, form);
        Assert.Equal(notice.Text, Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames).Text);
    }

    [Fact]
    public async Task Who_is_found_to_be_over_the_rate_as_it_takes_its_answers_gets_them_all_in_order()
    {
        const int Answers = 70;
        var session = await JoinedAsync(WireForm.Plain);
        _connection.IsFull = true;
        for (var n = 0; n < Answers; n++)
        {
            session.Tell(new PrivateFrame(After: 0, Frame.OfText($"{n}")));
        }

        // Nothing comes back before the answers go.
        for (var n = 0; n < 5; n++)
        {
            session.Tell(Taken.Instance);
        }

        Assert.Equal("0", Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames).Text);
        _connection.Drain();
        var granted = 0;
        List<string> told = [];
        while (told.Count < Answers)
        {
            switch (await _socket.ExpectMsgAsync<object>())
            {
                case Granted:
                    granted++;
                    break;
                case Wrote wrote:
                    told.Add(Assert.Single(wrote.Frames).Text);
                    break;
            }
        }

        Assert.Equal(Enumerable.Range(1, Answers - 1).Select(n => $"{n}"), told[..^1]);
        Assert.Contains("10 lines a second", told[^1], StringComparison.Ordinal);
        Assert.Equal(3, granted);

        // It lives, and the rest comes back as the rate allows.
        for (var n = 3; n < 5; n++)
        {
            Wait(Share);
            await GrantedAsync();
        }
    }

    [Fact]
    public async Task Who_may_send_but_one_at_once_is_read_as_fast_as_the_rate_says_all_the_same()
    {
        var session = await JoinedAsync(WireForm.Plain, new SessionRules(new Rate(100, TimeSpan.FromSeconds(1), burst: 1, _time)));
        for (var n = 0; n < 21; n++)
        {
            await SaysAsync(session);
        }

        // The first at once, and ten for each tenth of a second.
        await GrantedAsync();
        _ = await _socket.ExpectMsgAsync<Wrote>();
        for (var tenth = 0; tenth < 2; tenth++)
        {
            Wait(Share);
            for (var n = 0; n < 10; n++)
            {
                await GrantedAsync();
            }
        }
    }

    [Fact]
    public async Task Who_is_over_it_for_ten_seconds_without_coming_down_is_sent_away()
    {
        var session = await JoinedAsync(WireForm.Plain);
        for (var n = 0; n < 3 + 32; n++)
        {
            await SaysAsync(session);
        }

        for (var waited = Share; waited < SessionActor.HasteTime; waited += Share)
        {
            // Whatever is granted is used at once.
            Wait(Share);
            await SaysAsync(session);
        }

        Wait(Share);
        Assert.Equal(new Leave(Bob, LeftReason.Removed), await _room.ExpectMsgAsync<Leave>());
        session.Tell(new Goodbye(After: 0, Reason: null));
        var wrote = await _socket.FishForMessageAsync<Wrote>(wrote => wrote.Frames[^1].Opcode == Opcode.Close);
        Assert.Equal((1008, CloseReason.TooFast.Text), (wrote.Frames[^1].CloseCode, wrote.Frames[^1].CloseText));
    }

    [Fact]
    public async Task A_server_that_was_stopped_counts_that_time_against_nobody()
    {
        var session = await JoinedAsync(WireForm.Plain, new SessionRules(new Rate(1, TimeSpan.FromSeconds(1), burst: 3, _time)));
        for (var n = 0; n < 3 + 32; n++)
        {
            await SaysAsync(session);
        }

        // As many lines as there were seconds, and more than ten are still over it.
        _time.Advance(SessionActor.HasteTime + TimeSpan.FromSeconds(2));
        Pass(Share);
        for (var waited = Share; waited < SessionActor.HasteTime; waited += Share)
        {
            Wait(Share);
        }

        await SaysAsync(session);
        Wait(Share);
        Assert.Equal(new Leave(Bob, LeftReason.Removed), await _room.ExpectMsgAsync<Leave>());
        session.Tell(new Goodbye(After: 0, Reason: null));
    }

    [Fact]
    public async Task On_a_machine_that_is_too_busy_to_be_in_time_who_is_over_it_is_sent_away_all_the_same()
    {
        var session = await JoinedAsync(WireForm.Plain, new SessionRules(new Rate(1, TimeSpan.FromSeconds(10), burst: 1, _time)));
        for (var n = 0; n < 1 + 32; n++)
        {
            await SaysAsync(session);
        }

        var late = Share + Oversleeping.Least;
        for (var waited = TimeSpan.Zero; waited < SessionActor.HasteTime + late; waited += late)
        {
            _time.Advance(late);
            Pass(Share);
        }

        Assert.Equal(new Leave(Bob, LeftReason.Removed), await _room.ExpectMsgAsync<Leave>());
        session.Tell(new Goodbye(After: 0, Reason: null));
    }

    [Fact]
    public async Task Who_comes_down_in_between_is_not_sent_away_however_often_it_is_over_it()
    {
        var session = await JoinedAsync(WireForm.Plain);
        for (var round = 0; round < 20; round++)
        {
            for (var n = 0; n < 10; n++)
            {
                await SaysAsync(session);
            }

            for (var n = 0; n < 10; n++)
            {
                Wait(Share);
            }
        }

        // It says so to the room, and nothing else.
        await SaysAsync(session);
    }

    private async Task<IActorRef> JoinedAsync(WireForm form, SessionRules? rules = null)
    {
        // Has taken its turn when it has been told.
        var session = ActorOfAsTestActorRef<SessionActor>(
            SessionActor.Props(Bob, _room.Ref, new Open(_connection, "Bob", Form: form), KeepAlive, _time, rules ?? _rules), "bob");
        if (form == WireForm.Json)
        {
            session.Tell(new Received("""{"type":"hello","name":"Bob"}"""));
            await GrantedAsync();
            _time.Advance(Share);
        }

        _ = await _room.ExpectMsgAsync<Join>();
        session.Tell(new Welcome(Cursor: 0));
        return session;
    }

    private async Task SaysAsync(IActorRef session, WireForm form = WireForm.Plain)
    {
        session.Tell(new Received(form == WireForm.Plain ? "hi" : """{"type":"say","text":"hi","n":1}"""));
        Assert.Equal("hi", (await _room.ExpectMsgAsync<Say>()).Text);
        session.Tell(Taken.Instance);
    }

    private async Task GrantedAsync() => await _socket.ExpectMsgAsync(Granted.Instance);

    private void Wait(TimeSpan time)
    {
        _time.Advance(time);
        Pass(time);
    }
}

using System.Globalization;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Wire;
using CsCheck;

namespace Broadcast.Tests.Sessions;

/// <summary>
/// A session against a model of everything around it, in any order in which things can happen: lines are pushed or the
/// push comes while a write is under way, writes complete, answers come late, the log overtakes, private lines go in
/// between, and in the end the room says goodbye. The log is the oracle of what may be seen.
/// </summary>
public sealed class SessionModelSpecs : TestKit
{
    private enum Step
    {
        Publish,
        PublishLarge,
        Push,
        Private,
        Complete,
        Fill,
        Answer,
    }

    [Fact]
    public void Whatever_happens_in_whatever_order_the_reader_sees_every_line_once_or_is_told_how_many_are_missing() =>
        Gen.Select(Gen.Enum<Step>().List[0, 60], Gen.Int[1, 12]).Sample((steps, logEntries) => new Run(this, logEntries).Through(steps), iter: 10_000);

    private sealed class Run : IConnection
    {
        private readonly RoomLog _log;
        private readonly Queue<object> _toRoom = new();
        private readonly List<Frame> _seen = [];
        private readonly IActorRef _session;
        private long _pushed;
        private int _privates;
        private bool _full;
        private bool _underWay;
        private bool? _finished;

        public Run(SessionModelSpecs kit, int logEntries)
        {
            _log = new RoomLog(logEntries, bytes: 1 << 20);
            var room = kit.ActorOfAsTestActorRef<Room>(Props.Create(() => new Room(_toRoom)));
            _session = kit.ActorOfAsTestActorRef<SessionActor>(SessionActor.Props(
                new MemberId(1), room, new Open(this, "Bob"), new KeepAlive(TimeSpan.FromDays(1), TimeSpan.FromDays(1)), TimeProvider.System));
            Assert.IsType<Join>(_toRoom.Dequeue());
            _session.Tell(new Welcome(Cursor: 0));
        }

        public long LastHeard => TimeProvider.System.GetTimestamp();

        public long Acknowledged => 0;

        public bool IsGone => false;

        public void Attach(IActorRef session)
        {
        }

        public bool TryWrite(ReadOnlyMemory<byte> frames)
        {
            Assert.False(_underWay, "a write while one is under way");
            Assert.Null(_finished);
            _seen.AddRange(Frame.All(frames.Span));
            _underWay = _full;
            return !_full;
        }

        public void Grant()
        {
        }

        public void Blame(CloseReason reason)
        {
        }

        public void Finish(bool said) => _finished = said;

        public void Through(List<Step> steps)
        {
            steps.ForEach(Take);

            // In the end the room says goodbye, and everything that is still on its way arrives.
            Take(Step.Push);
            _session.Tell(new Goodbye(_log.Last, CloseReason.ShuttingDown));
            _full = false;
            do
            {
                Take(Step.Complete);
                Take(Step.Answer);
            }
            while (_underWay || _toRoom.Count > 0);
            Check();
        }

        private void Take(Step step)
        {
            switch (step)
            {
                case Step.Publish:
                    _log.Append(Frame.OfText(string.Create(CultureInfo.InvariantCulture, $"{_log.Last + 1}")));
                    break;
                case Step.PublishLarge:
                    _log.Append(Frame.OfText(string.Create(CultureInfo.InvariantCulture, $"{_log.Last + 1}{new string(' ', 20_000)}")));
                    break;
                case Step.Push:
                    while (_pushed < _log.Last)
                    {
                        Assert.True(_log.TryAfter(Math.Max(_pushed, _log.First - 1), out var slice));
                        _session.Tell(new Batch(slice));
                        _pushed = slice.Last;
                    }

                    break;
                case Step.Private:
                    // Behind what is there now, whether it has been pushed or not.
                    _session.Tell(new PrivateFrame(_log.Last, Frame.OfText(string.Create(CultureInfo.InvariantCulture, $"private {_log.Last}"))));
                    _privates++;
                    break;
                case Step.Complete when _underWay:
                    _underWay = false;
                    _session.Tell(Written.Instance);
                    break;
                case Step.Fill:
                    _full = !_full;
                    break;
                case Step.Answer when _toRoom.TryDequeue(out var asked):
                    Answer(Assert.IsType<GetMissed>(asked));
                    break;
            }
        }

        private void Answer(GetMissed asked) =>
            _session.Tell(_log.TryAfter(asked.Cursor, out var slice)
                ? new Missed(slice)
                : new Overtaken(asked.Cursor, _log.Last, Frame.OfText(string.Create(CultureInfo.InvariantCulture, $"missed {_log.Last - asked.Cursor}"))));

        private void Check()
        {
            Assert.Equal(true, _finished);
            Assert.Equal((Opcode.Close, 1001), (_seen[^1].Opcode, _seen[^1].CloseCode));
            long next = 1;
            foreach (var text in _seen.SkipLast(1).Select(frame => frame.Text.Trim().Split(' ')))
            {
                switch (text)
                {
                    case ["missed", var count]:
                        next += long.Parse(count, CultureInfo.InvariantCulture);
                        break;
                    case ["private", var after]:
                        // Not before what it stands behind; nor after the next, unless that was skipped with it.
                        Assert.True(next > long.Parse(after, CultureInfo.InvariantCulture));
                        _privates--;
                        break;
                    case [var line]:
                        Assert.Equal(next++, long.Parse(line, CultureInfo.InvariantCulture));
                        break;
                }
            }

            Assert.Equal(_log.Last + 1, next);
            Assert.Equal(0, _privates);
        }
    }

    private sealed class Room(Queue<object> heard) : UntypedActor
    {
        protected override void OnReceive(object message) => heard.Enqueue(message);
    }
}

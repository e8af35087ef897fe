using Broadcast.Cli.Talk;
using Broadcast.Cli.Wire;
using CsCheck;

namespace Broadcast.Tests.Cli.Talk;

public sealed class MembershipTests
{
    private static readonly Member Bob = new("7", "Bob");

    private readonly Membership _membership = new("Bob");

    private enum Step
    {
        Say,
        ServerReads,
        ClientReads,
        SomebodyElseSpeaks,
        Drop,
        DropAndForget,
    }

    [Fact]
    public void The_first_hello_asks_for_a_name_and_for_nothing_back() => Assert.Equal(new Hello("Bob"), _membership.Hello());

    [Fact]
    public void After_a_loss_it_comes_back_with_the_last_fact_that_it_has()
    {
        _membership.Enter(Welcomed("e1", seq: 41));
        Assert.True(_membership.Learn(Said(42)));
        Assert.True(_membership.Learn(Said(43)));
        _membership.Lose();
        Assert.Equal(new Hello("Bob", new Resume("token", "e1", 43)), _membership.Hello());
    }

    [Fact]
    public void A_fact_that_came_before_is_known_and_a_gap_counts_as_come()
    {
        _membership.Enter(Welcomed("e1", seq: 41));
        Assert.False(_membership.Learn(Said(41)));
        _membership.Skip(new Gap(312, 42, 353));
        Assert.False(_membership.Learn(Said(353)));
        Assert.True(_membership.Learn(Said(354)));
    }

    [Fact]
    public void What_has_no_answer_goes_out_again_in_order_and_with_its_number_also_to_a_new_place()
    {
        _membership.Enter(Welcomed("e1"));
        var one = _membership.Number(new Say("one"), "one");
        var two = _membership.Number(new Rename("Bobby"), "/name Bobby");
        var three = _membership.Number(new Whisper("Al", "psst"), "/msg Al psst");
        Assert.Equal("/name Bobby", _membership.Settle(2)?.Line);
        _membership.Lose();
        var back = _membership.Enter(Welcomed("e1", seq: 9));
        Assert.Equal(Entering.TooLate, back.How);
        Assert.Equal(9, back.Missed);
        Assert.Equal([one, three], back.Again);
        Assert.Equal([1L, 2L, 3L], [one.N, two.N, three.N]);
        Assert.Empty(back.Uncertain);
    }

    [Fact]
    public void In_another_epoch_what_has_no_answer_is_uncertain_and_not_sent_again()
    {
        _membership.Enter(Welcomed("e1"));
        _membership.Number(new Say("one"), "one");
        _membership.Lose();
        var back = _membership.Enter(Welcomed("e2"));
        Assert.Equal(Entering.Elsewhere, back.How);
        Assert.Empty(back.Again);
        Assert.Equal(["one"], back.Uncertain);
        Assert.Equal(2, _membership.Number(new Say("two"), "two").N);
    }

    [Fact]
    public void Nothing_is_said_before_the_welcome_nor_beyond_what_the_server_allows()
    {
        Assert.False(_membership.HasRoom);
        _membership.Enter(Welcomed("e1") with { Limits = new Limits(Unanswered: 1) });
        Assert.True(_membership.HasRoom);
        _membership.Number(new Say("one"), "one");
        Assert.False(_membership.HasRoom);
        _membership.Settle(1);
        Assert.True(_membership.HasRoom);
        _membership.Lose();
        Assert.False(_membership.HasRoom);
    }

    [Fact]
    public void A_name_that_one_has_changed_is_asked_for_the_next_time_and_one_that_the_server_gave_is_not()
    {
        _membership.Enter(Welcomed("e1") with { You = new Member("7", "Bob-2") });
        Assert.Equal("Bob-2", _membership.Name);
        Assert.Equal("Bob", _membership.Hello().Name);
        _membership.Learn(new Renamed(1, default, new Member("8", "Eve"), "Bob"));
        _membership.Learn(new Renamed(2, default, new Member("7", "Bobby"), "Bob-2"));
        Assert.Equal("Bobby", _membership.Name);
        Assert.Equal("Bobby", _membership.Hello().Name);
    }

    [Fact]
    public void Wherever_the_connection_breaks_every_line_is_said_once_and_every_fact_is_seen_once() =>
        Gen.Frequency(
            (6, Gen.Const(Step.Say)),
            (6, Gen.Const(Step.ServerReads)),
            (6, Gen.Const(Step.ClientReads)),
            (3, Gen.Const(Step.SomebodyElseSpeaks)),
            (2, Gen.Const(Step.Drop)),
            (1, Gen.Const(Step.DropAndForget)))
            .List[0, 200]
            .Sample(steps =>
            {
                var model = new Model();
                foreach (var step in steps)
                {
                    model.Do(step);
                }

                model.Settle();
                Assert.Equal(Enumerable.Range(1, model.Lines).Select(n => $"line {n}"), model.SaidByBob);
                Assert.Equal(model.Published, model.Seen);
            });

    private static Welcome Welcomed(string epoch, long seq = 0) => new(epoch, seq, Bob, "token");

    private static Said Said(long seq) => new(seq, default, Bob, "hi");

    /// <summary>A membership, a room that keeps to the protocol, and the wire between them.</summary>
    private sealed class Model
    {
        private readonly Membership _membership = new("Bob");
        private readonly Queue<ClientFrame> _up = new();
        private readonly Queue<ServerFrame> _down = new();
        private readonly List<Said> _log = [];
        private readonly Dictionary<long, Accepted> _answers = [];
        private bool _isForgotten;
        private bool _hearsFacts;
        private int _id = 7;

        public Model()
        {
            Connect();
        }

        public int Lines { get; private set; }

        public IEnumerable<string> SaidByBob => _log.Where(said => said.From.Name == "Bob").Select(said => said.Text);

        public IEnumerable<long> Published => _log.Select(said => said.Seq!.Value);

        /// <summary>Bob has seen these, or was told that there were so many while he had no place in the room.</summary>
        public List<long> Seen { get; } = [];

        public void Do(Step step)
        {
            switch (step)
            {
                case Step.Say when _membership.HasRoom:
                    Lines++;
                    _up.Enqueue(_membership.Number(new Say($"line {Lines}"), $"line {Lines}"));
                    break;
                case Step.ServerReads when _up.TryDequeue(out var frame):
                    ServerReads(frame);
                    break;
                case Step.ClientReads when _down.TryDequeue(out var frame):
                    ClientReads(frame);
                    break;
                case Step.SomebodyElseSpeaks:
                    Publish(new Member("3", "Alice"), "hi", n: null);
                    break;
                case Step.Drop:
                    Connect();
                    break;
                case Step.DropAndForget:
                    _isForgotten = true;
                    Connect();
                    break;
                default:
                    break;
            }
        }

        public void Settle()
        {
            while (_up.Count + _down.Count > 0)
            {
                Do(Step.ServerReads);
                Do(Step.ClientReads);
            }
        }

        private void Connect()
        {
            _up.Clear();
            _down.Clear();
            _hearsFacts = false;
            _membership.Lose();
            _up.Enqueue(_membership.Hello());
        }

        private void ServerReads(ClientFrame frame)
        {
            _hearsFacts |= frame is Hello;
            switch (frame)
            {
                case Hello { Resume: { } resume } when !_isForgotten:
                    _down.Enqueue(new Welcome("e1", resume.Seq, new Member($"{_id}", "Bob"), "token", Resumed: true));
                    foreach (var fact in _log.Where(fact => fact.Seq > resume.Seq))
                    {
                        _down.Enqueue(fact);
                    }

                    break;
                case Hello:
                    _isForgotten = false;
                    _id++;
                    _down.Enqueue(new Welcome("e1", _log.Count, new Member($"{_id}", "Bob"), "token"));
                    break;
                case Say say when _answers.TryGetValue(say.N, out var answer):
                    _down.Enqueue(answer);
                    break;
                case Say say:
                    Publish(new Member($"{_id}", "Bob"), say.Text, say.N);
                    _answers[say.N] = new Accepted(say.N, _log.Count);
                    _down.Enqueue(_answers[say.N]);
                    break;
                default:
                    break;
            }
        }

        private void Publish(Member from, string text, long? n)
        {
            var said = new Said(_log.Count + 1, default, from, text, N: n);
            _log.Add(said);
            if (_hearsFacts)
            {
                _down.Enqueue(said);
            }
        }

        private void ClientReads(ServerFrame frame)
        {
            switch (frame)
            {
                case Welcome welcome:
                    var entrance = _membership.Enter(welcome);
                    Assert.Empty(entrance.Uncertain);
                    foreach (var again in entrance.Again)
                    {
                        _up.Enqueue(again);
                    }

                    if (entrance.How == Entering.New)
                    {
                        Seen.AddRange(Enumerable.Range(1, (int)welcome.Seq).Select(seq => (long)seq));
                    }
                    else if (entrance.How == Entering.TooLate)
                    {
                        Seen.AddRange(Enumerable.Range(Seen.Count + 1, (int)entrance.Missed).Select(seq => (long)seq));
                    }

                    break;
                case Said said:
                    if (_membership.Learn(said))
                    {
                        Seen.Add(said.Seq!.Value);
                        if (_membership.IsSelf(said.From))
                        {
                            _membership.Settle(said.N);
                        }
                    }

                    break;
                case Accepted accepted:
                    _membership.Settle(accepted.N);
                    break;
                default:
                    break;
            }
        }
    }
}

using Broadcast.Actors.Rooms;
using Broadcast.Actors.Wire;
using CsCheck;

namespace Broadcast.Tests.Rooms;

public sealed class AnswersSpecs
{
    private static readonly Erred Refusal = new(ErrorCode.NameTaken, "the name Bob is taken or looks like one that is: choose another");

    [Fact]
    public void A_number_that_is_higher_than_every_one_before_is_unheard()
    {
        var answers = new Answers();
        Assert.IsType<Unheard>(answers.Find(1));
        answers.Remember(7, new Acked(43));

        Assert.IsType<Unheard>(answers.Find(8));
        Assert.IsType<Unheard>(answers.Find(JsonFields.LargestNumber));
    }

    [Fact]
    public void A_number_that_has_been_answered_is_answered_so_again()
    {
        var answers = new Answers();
        answers.Remember(7, new Acked(43));
        answers.Remember(8, new Acked(Seq: null));
        answers.Remember(9, Refusal);

        Assert.Equal(new Again(new Acked(43)), answers.Find(7));
        Assert.Equal(new Again(new Acked(Seq: null)), answers.Find(8));
        Assert.Equal(new Again(Refusal), answers.Find(9));
        Assert.Equal(new Again(new Acked(43)), answers.Find(7));
    }

    [Fact]
    public void A_number_that_was_passed_over_is_forgotten()
    {
        var answers = new Answers();
        answers.Remember(7, new Acked(43));
        answers.Remember(9, new Acked(44));

        Assert.IsType<Forgotten>(answers.Find(8));
        Assert.IsType<Forgotten>(answers.Find(1));
    }

    [Fact]
    public void The_last_256_answers_are_remembered()
    {
        var answers = new Answers();
        for (long n = 1; n <= 257; n++)
        {
            answers.Remember(n, new Acked(n + 1_000));
        }

        Assert.IsType<Forgotten>(answers.Find(1));
        Assert.Equal(new Again(new Acked(1_002)), answers.Find(2));
        Assert.Equal(new Again(new Acked(1_257)), answers.Find(257));
        Assert.IsType<Unheard>(answers.Find(258));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(6)]
    [InlineData(0)]
    public void No_number_is_answered_twice(long n)
    {
        var answers = new Answers();
        answers.Remember(7, new Acked(43));

        Assert.Throws<ArgumentOutOfRangeException>(() => answers.Remember(n, new Acked(44)));
    }

    [Fact]
    public void Whatever_is_sent_and_sent_again_is_carried_out_once_and_answered_the_same() =>
        Gen.Long[1, 600].List[0, 1_500].Sample(
            sent =>
            {
                var answers = new Answers();
                List<(long N, Answer Answer)> carriedOut = [];
                foreach (var n in sent.Select((n, i) => n + (i / 2)))
                {
                    var isKnown = carriedOut.TakeLast(Answers.Most).Any(one => one.N == n);
                    switch (answers.Find(n))
                    {
                        case Unheard:
                            Assert.True(carriedOut.Count == 0 || carriedOut[^1].N < n);
                            Answer answer = n % 3 == 0 ? Refusal : new Acked(carriedOut.Count + 1);
                            answers.Remember(n, answer);
                            carriedOut.Add((n, answer));
                            break;
                        case Again again:
                            Assert.True(isKnown);
                            Assert.Equal(carriedOut.Single(one => one.N == n).Answer, again.Answer);
                            break;
                        default:
                            Assert.False(isKnown);
                            Assert.True(carriedOut.Count > 0 && n < answers.Highest);
                            break;
                    }

                    Assert.Equal(carriedOut[^1].N, answers.Highest);
                }
            },
            iter: 200);
}

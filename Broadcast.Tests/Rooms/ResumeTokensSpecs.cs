using Broadcast.Actors.Rooms;
using Broadcast.Actors.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Rooms;

public sealed class ResumeTokensSpecs
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_token_is_its_members_until_the_member_has_left()
    {
        var tokens = new ResumeTokens(_time);
        var (seat, token) = Member(tokens, 1);
        Assert.Same(seat, tokens.SeatOf(token));
        Assert.Null(tokens.AnswersOf(token));
        tokens.Retire(token, new Answers());
        Assert.Null(tokens.SeatOf(token));
    }

    [Fact]
    public void Answers_are_remembered_for_their_time_and_not_longer()
    {
        var tokens = new ResumeTokens(_time);
        var (_, token) = Member(tokens, 1);
        var answers = Answered(5);
        tokens.Retire(token, answers);
        _time.Advance(ResumeTokens.Remembered - TimeSpan.FromTicks(1));
        Assert.Same(answers, tokens.AnswersOf(token));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Null(tokens.AnswersOf(token));
    }

    [Fact]
    public void The_first_to_leave_is_the_first_to_be_forgotten_where_there_are_too_many()
    {
        var tokens = new ResumeTokens(_time);
        var all = Enumerable.Range(1, ResumeTokens.MostDeparted + 1).Select(id => Member(tokens, id).Token).ToList();
        all.ForEach(token => tokens.Retire(token, Answered(1)));
        Assert.Null(tokens.AnswersOf(all[0]));
        Assert.All(all.Skip(1), token => Assert.NotNull(tokens.AnswersOf(token)));
    }

    [Fact]
    public void Of_one_who_was_removed_nothing_is_remembered()
    {
        var tokens = new ResumeTokens(_time);
        var (_, token) = Member(tokens, 1);
        tokens.Revoke(token);
        Assert.Null(tokens.SeatOf(token));
        Assert.Null(tokens.AnswersOf(token));
    }

    [Fact]
    public void Of_one_who_has_left_as_many_answers_stay_as_it_can_be_without()
    {
        var tokens = new ResumeTokens(_time);
        var (_, token) = Member(tokens, 1);
        tokens.Retire(token, Answered(100));
        var answers = tokens.AnswersOf(token)!;
        Assert.Equal(new Again(new Acked(69)), answers.Find(69));
        Assert.Same(Forgotten.Instance, answers.Find(68));
    }

    private static Answers Answered(int most)
    {
        var answers = new Answers();
        for (var n = 1; n <= most; n++)
        {
            answers.Remember(n, new Acked(n));
        }

        return answers;
    }

    private static (Seat Seat, TokenDigest Token) Member(ResumeTokens tokens, long id)
    {
        var (seat, token) = (new Seat(new MemberId(id), WireForm.Json, new Feed(new JsonVoice(), entries: 1, bytes: 1)), ResumeToken.Create().Digest);
        tokens.Give(token, seat);
        return (seat, token);
    }
}

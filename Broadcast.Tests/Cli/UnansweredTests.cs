using Broadcast.Cli;

namespace Broadcast.Tests.Cli;

public sealed class UnansweredTests
{
    private readonly Unanswered _unanswered = new();

    [Fact]
    public void A_line_is_answered_when_it_comes_back_under_any_name()
    {
        _unanswered.Said("hi");
        Assert.False(_unanswered.IsAnsweredBy("System: Bob joined the chat"));
        Assert.False(_unanswered.IsAnsweredBy("Alice: oh hi there"));
        Assert.True(_unanswered.IsAnsweredBy("Bob-2: hi"));
        Assert.Equal(0, _unanswered.Count);
    }

    [Fact]
    public void Lines_are_answered_in_the_order_in_which_they_were_said()
    {
        _unanswered.Said("one");
        _unanswered.Said("two");
        Assert.False(_unanswered.IsAnsweredBy("Bob: two"));
        Assert.True(_unanswered.IsAnsweredBy("Bob: one"));
        Assert.True(_unanswered.IsAnsweredBy("Bob: two"));
        Assert.Equal(0, _unanswered.Count);
    }

    [Theory]
    [InlineData("/name Bobby")]
    [InlineData("//x")]
    public void Nobody_waits_for_a_command(string line)
    {
        _unanswered.Said(line);
        Assert.Equal(0, _unanswered.Count);
    }

    [Theory]
    [InlineData("Bob: red ␛[31m")]
    [InlineData("Bob: red \u001b[31m")]
    public void A_line_is_known_again_with_its_controls_made_visible_or_not(string arrival)
    {
        _unanswered.Said("red \u001b[31m");
        Assert.True(_unanswered.IsAnsweredBy(arrival));
    }

    [Fact]
    public void What_is_kept_for_a_server_that_never_answers_is_bounded()
    {
        for (var i = 0; i <= 10_000; i++)
        {
            _unanswered.Said($"line {i}");
        }

        Assert.False(_unanswered.IsAnsweredBy("Bob: line 0"));
        Assert.True(_unanswered.IsAnsweredBy("Bob: line 1"));
    }
}

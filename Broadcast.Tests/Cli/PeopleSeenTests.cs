using Broadcast.Cli;

namespace Broadcast.Tests.Cli;

public sealed class PeopleSeenTests
{
    [Fact]
    public void Whoever_was_heard_last_comes_first()
    {
        var people = new PeopleSeen();
        foreach (var line in (string[])[
            "System: Alice joined the chat", "System: 3 here: Bob, Carol, Dave", "Bob: hi: you", "System: Alice is now known as Al", "System: Carol left the chat",
            "* Eve waves", "System: the server is full of joy"])
        {
            people.Hear(line);
        }

        Assert.Equal(["Al", "Bob", "Dave"], people.Names);
    }

    [Fact]
    public void Only_so_many_are_remembered()
    {
        var people = new PeopleSeen();
        for (var i = 0; i < 2000; i++)
        {
            people.Hear($"person {i}: hi");
        }

        Assert.Equal(1000, people.Names.Count);
        Assert.Equal("person 1999", people.Names.First());
    }
}

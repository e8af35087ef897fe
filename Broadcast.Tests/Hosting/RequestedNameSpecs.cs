using Broadcast.Host.Connections;
using CsCheck;

namespace Broadcast.Tests.Hosting;

public sealed class RequestedNameSpecs
{
    [Theory]
    [InlineData("?name=Alice", "Alice")]
    [InlineData("?name=Bob%20Smith", "Bob Smith")]
    [InlineData("?name=Bob+Smith", "Bob Smith")]
    [InlineData("?name=a%2Bb", "a+b")]
    [InlineData("?name=a%26b", "a&b")]
    [InlineData("?name=a=b", "a=b")]
    [InlineData("?name=Zo%C3%AB", "Zoë")]
    [InlineData("?name=Zo%c3%ab", "Zoë")]
    [InlineData("?name=%F0%9F%98%80", "😀")]
    [InlineData("?name=%00", "\0")]
    public void A_name_is_read_as_it_was_meant(string query, string name) =>
        Assert.Equal(new RequestedName(name, IsUnreadable: false), RequestedName.FromQuery(query));

    [Theory]
    [InlineData("?name=100%", "100%")]
    [InlineData("?name=100%2", "100%2")]
    [InlineData("?name=%zz", "%zz")]
    [InlineData("?name=%+1", "% 1")]
    [InlineData("?name=%-1", "%-1")]
    [InlineData("?name=%%41", "%A")]
    [InlineData("?name=%25", "%")]
    [InlineData("?name=%2541", "%41")]
    public void A_percent_sign_that_begins_no_escape_is_one(string query, string name) =>
        Assert.Equal(name, RequestedName.FromQuery(query).Text);

    [Theory]
    [InlineData("?name=Alice&name=Bob", "Alice")]
    [InlineData("?room=x&name=Alice", "Alice")]
    [InlineData("?&&name=Alice&", "Alice")]
    [InlineData("?n%61me=Alice", "Alice")]
    [InlineData("?name=&name=Bob", "")]
    [InlineData("?name&name=Bob", "")]
    [InlineData("?name=", "")]
    [InlineData("?surname=Smith&name=Alice", "Alice")]
    [InlineData("?%FF=x&name=Alice", "Alice")]
    public void The_first_name_counts(string query, string name) =>
        Assert.Equal(name, RequestedName.FromQuery(query).Text);

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?NAME=Alice")]
    [InlineData("?names=Alice")]
    [InlineData("?=name")]
    [InlineData("?name%3DAlice")]
    public void Who_gives_no_name_has_none(string query) =>
        Assert.Equal(default, RequestedName.FromQuery(query));

    [Theory]
    [InlineData("?name=%FF")]
    [InlineData("?name=Zo%EB")]
    [InlineData("?name=%C3")]
    [InlineData("?name=%C3%28")]
    [InlineData("?name=%ED%A0%80")]
    [InlineData("?name=%C0%AF")]
    [InlineData("?name=%FF&name=Bob")]
    public void What_is_not_UTF8_is_said_to_be_unreadable_instead_of_becoming_another_name(string query) =>
        Assert.Equal(new RequestedName(Text: null, IsUnreadable: true), RequestedName.FromQuery(query));

    [Fact]
    public void Any_text_comes_through_the_usual_escaping_unchanged() =>
        Texts.WellFormed.Sample(text =>
            RequestedName.FromQuery("?a=b&name=" + Uri.EscapeDataString(text) + "&c=d") == new RequestedName(text, IsUnreadable: false));

    [Fact]
    public void No_query_whatever_is_a_fault() =>
        Gen.String[Gen.Char["name=%&+?0fFé\uD83D"], 0, 40].Sample(query => _ = RequestedName.FromQuery("?name=" + query));
}

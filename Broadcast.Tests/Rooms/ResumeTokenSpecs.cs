using System.Globalization;
using Broadcast.Actors.Rooms;
using CsCheck;

namespace Broadcast.Tests.Rooms;

public sealed class ResumeTokenSpecs
{
    [Fact]
    public void A_token_is_128_bits_as_22_characters_that_need_no_escaping_anywhere()
    {
        var texts = Enumerable.Range(0, 1_000).Select(_ => ResumeToken.Create().Reveal()).ToList();

        Assert.All(texts, text => Assert.Matches("^[A-Za-z0-9_-]{22}$", text));
        Assert.Equal(texts.Count, texts.Distinct().Count());
    }

    [Fact]
    public void A_token_is_known_by_its_text()
    {
        var token = ResumeToken.Create();

        Assert.True(ResumeToken.TryParse(token.Reveal(), out var read));
        Assert.Equal(token, read);
        Assert.Equal(token.GetHashCode(), read.GetHashCode());
        Assert.True(token.Equals((object)read));
    }

    [Fact]
    public void Another_token_is_another()
    {
        var token = ResumeToken.Create();

        Assert.NotEqual(token, ResumeToken.Create());
        Assert.False(token.Equals((object)token.Reveal()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAECAwQFBgcICQoLDA0OD")]
    [InlineData("AAECAwQFBgcICQoLDA0ODwA")]
    [InlineData("AAECAwQFBgcICQoLDA0ODw==")]
    [InlineData("AAECAwQFBgcICQoLDA0OD/")]
    [InlineData("AAECAwQFBgcICQoLDA0O w")]
    [InlineData("AAECAwQFBgcICQoLDA0Oëw")]
    [InlineData("                      ")]
    public void What_is_no_token_is_none(string? text)
    {
        Assert.False(ResumeToken.TryParse(text, out var token));
        Assert.Null(token);
    }

    [Fact]
    public void Any_text_is_a_token_or_none_and_never_a_failure() =>
        Gen.OneOf(Gen.String, Gen.Char['-', 'z'].Array[22].Select(letters => new string(letters)), Gen.Char['\0', '\uffff'].Array[22].Select(chars => new string(chars)))
            .Sample(text => Assert.Equal(ResumeToken.TryParse(text, out var token), token is not null));

    [Fact]
    public void A_token_shows_itself_to_nobody_who_prints_it()
    {
        var token = ResumeToken.Create();

        Assert.Equal("a resume token", token.ToString());
        Assert.DoesNotContain(token.Reveal(), string.Create(CultureInfo.InvariantCulture, $"{token} {new { token }}"), StringComparison.Ordinal);
    }
}

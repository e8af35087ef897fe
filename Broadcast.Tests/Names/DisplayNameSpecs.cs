using System.Globalization;
using System.Text;
using Broadcast.Actors.Names;
using CsCheck;

namespace Broadcast.Tests.Names;

public sealed class DisplayNameSpecs
{
    // Letters of several scripts, marks, spaces, everything that is refused, and halves of surrogate pairs.
    private static readonly Gen<string> Odd = Gen.OneOf(
        Gen.Char['a', 'z'].Select(c => $"{c}"),
        One("A", "é", "e\u0301", "ß", "Ω", "ж", "В", "李", "ก", "ह", "\u0903", "👩", "❤\ufe0f", "ﬁ", "Ⓑ", "Å", "가"),
        One("\u0301", "\u0327", "\ufe0f", "\ufe0e", "\u20dd", "\u034f"),
        One(" ", "\u00a0", "\u3000", "\t", "\n", "\r\n", "\u2028", "\u0085"),
        One(":", "：", "\ua789", "/", "*", "＊", "-", "-2", "0", "1"),
        One("\u202e", "\u200b", "\u200d", "\u2066", "\u00ad", "\u3164", "\u2800", "\U000e0041", "\ue000", "\U0001d159"),
        One("\ud800", "\udc00", "System", "anonymous"),
        Gen.Char.Select(c => $"{c}"));

    private static readonly Gen<string> Raw = Odd.Array[0, 40].Select(parts => string.Concat(parts));

    [Theory]
    [InlineData("Bob", "Bob")]
    [InlineData("  Bob  ", "Bob")]
    [InlineData("Bob\n", "Bob")]
    [InlineData("Bob \u00a0\u3000 Smith", "Bob Smith")]
    [InlineData("Zoe\u0308", "Zoë")]
    [InlineData("100%", "100%")]
    [InlineData("रामः", "रामः")]
    [InlineData("ノア", "ノア")]
    [InlineData("❤\ufe0f", "❤\ufe0f")]
    [InlineData("anonymous", "anonymous")]
    [InlineData("Anonymous-7", "Anonymous-7")]
    [InlineData("Systema", "Systema")]
    public void A_name_is_taken_as(string raw, string text) => Assert.Equal(text, Called(raw).Text);

    public static TheoryData<string, NameRefusal> Refusals => new()
    {
        { "", NameRefusal.Empty },
        { " \t ", NameRefusal.Empty },
        { "\ud800", NameRefusal.NotText },
        { new string('x', 33), NameRefusal.TooLong },
        { new string('x', 100_000), NameRefusal.TooLong },
        { string.Concat(Enumerable.Repeat("👩", 33)), NameRefusal.TooLong },
        { "a\u001bb", NameRefusal.Unseen },
        { "a\nb", NameRefusal.Unseen },
        { "a\tb", NameRefusal.Unseen },
        { "a\u2028b", NameRefusal.Unseen },
        { "a\u202eb", NameRefusal.Unseen },
        { "a\u200bb", NameRefusal.Unseen },
        { "\u3164", NameRefusal.Unseen },
        { "\u2800", NameRefusal.Unseen },
        { "\ufe0f", NameRefusal.Unseen },
        { "a\ufe0f\ufe0f", NameRefusal.Unseen },
        { "a\U000e0041", NameRefusal.Unseen },
        { "a\ue000", NameRefusal.Unseen },
        { "Alice: hi", NameRefusal.Colon },
        { "Alice：hi", NameRefusal.Colon },
        { "Alice\ua789 hi", NameRefusal.Colon },
        { "Alice∶ hi", NameRefusal.Colon },
        { "/name", NameRefusal.Beginning },
        { "*Alice", NameRefusal.Beginning },
        { "∗ Alice", NameRefusal.Beginning },
        { "\u0301a", NameRefusal.Beginning },
        { "a" + new string('\u0327', 9), NameRefusal.Marks },
        { "System", NameRefusal.Reserved },
        { "sYSTEM", NameRefusal.Reserved },
        { "Ѕуѕtеm", NameRefusal.Reserved },
        { "Ｓｙｓｔｅｍ", NameRefusal.Reserved },
        { "Systern", NameRefusal.Reserved },
        { "аnonymous", NameRefusal.Reserved },
        { "an0nymous-2", NameRefusal.Reserved },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_name_is_refused_because(string raw, NameRefusal refusal)
    {
        Assert.False(DisplayName.TryParse(raw, out _, out var why));
        Assert.Equal(refusal, why);
    }

    [Fact]
    public void Any_text_gives_a_name_that_keeps_every_rule_or_a_refusal() =>
        Raw.Sample(
            raw =>
            {
                if (DisplayName.TryParse(raw, out var name, out _))
                {
                    KeepsEveryRule(name.Text);
                }
            },
            iter: 20_000);

    [Fact]
    public void A_name_made_into_a_name_is_the_same_name() =>
        Raw.Sample(
            raw =>
            {
                if (DisplayName.TryParse(raw, out var name, out _))
                {
                    Assert.Equal(name, Called(name.Text));
                }
            },
            iter: 20_000);

    [Fact]
    public void A_numbered_name_is_a_name_and_its_number_can_be_read_back() =>
        Gen.Select(Raw, Gen.Int[2, 20_000]).Sample(
            (raw, number) =>
            {
                if (!DisplayName.TryParse(raw, out var name, out _))
                {
                    return;
                }

                var numbered = name.Numbered(number);
                KeepsEveryRule(numbered.Text);
                Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $"-{number}"), numbered.Text, StringComparison.Ordinal);
                Assert.Equal(numbered, Called(numbered.Text));
                Assert.All(numbered.Comparable.Forms, form => Assert.Equal(number, NumberedForm.Read(form)?.Number));
                Assert.Equal(
                    NumberedForm.Read(name.Numbered(2).Comparable.Forms[0])!.Value.Stem,
                    NumberedForm.Read(numbered.Comparable.Forms[0])!.Value.Stem);
            },
            iter: 20_000);

    [Theory]
    [InlineData("Bob", "BOB")]
    [InlineData("Alice", "AIice")]
    [InlineData("Alice", "A1ice")]
    [InlineData("Bob", "Вob")]
    [InlineData("Bob", "B0b")]
    [InlineData("Вася", "вася")]
    [InlineData("paypal", "раураl")]
    [InlineData("modern", "modem")]
    [InlineData("Bob", "Ⓑⓞⓑ")]
    [InlineData("Bob", "Ｂｏｂ")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("Σίσυφος", "ΣΊΣΥΦΟΣ")]
    [InlineData("Bob", "Bo\ufe0fb")]
    public void Two_names_cannot_be_told_apart(string one, string other) => Assert.True(Conflict(one, other));

    [Theory]
    [InlineData("Nan", "Van")]
    [InlineData("Ivy", "Ivu")]
    [InlineData("Alice", "Bob")]
    [InlineData("Zoë", "Zoe")]
    [InlineData("Bob-2", "Bob-3")]
    [InlineData("李", "李雷")]
    public void Two_names_can_be_told_apart(string one, string other) => Assert.False(Conflict(one, other));

    private static Gen<string> One(params string[] parts) => Gen.Int[0, parts.Length - 1].Select(i => parts[i]);

    private static bool Conflict(string one, string other) => Called(one).Comparable.ConflictsWith(Called(other).Comparable);

    private static DisplayName Called(string raw)
    {
        Assert.True(DisplayName.TryParse(raw, out var name, out var refusal), refusal?.Text);
        return name;
    }

    private static void KeepsEveryRule(string text)
    {
        Assert.Equal(text.Trim(), text);
        Assert.True(text.IsNormalized(NormalizationForm.FormC));
        Assert.DoesNotContain("  ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(':', text);
        Assert.False(text[0] is '/' or '*');
        Assert.InRange(text.EnumerateRunes().Count(), 1, 32);
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, 128);
        Assert.DoesNotContain(text.EnumerateRunes(), rune => Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned);
        Assert.DoesNotContain(text, c => c is '\u115f' or '\u1160' or '\u3164' or '\uffa0' or '\u2800' or '\u034f');
        Assert.NotEqual("system", text.ToUpperInvariant(), StringComparer.OrdinalIgnoreCase);
    }
}

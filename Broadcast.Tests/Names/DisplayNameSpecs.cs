using System.Globalization;
using System.Text;
using Broadcast.Actors.Names;
using CsCheck;
using static Broadcast.Tests.Names.AnyName;

namespace Broadcast.Tests.Names;

public sealed class DisplayNameSpecs
{
    private static readonly UnicodeCategory[] Barred =
    [
        UnicodeCategory.Control, UnicodeCategory.Format, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator,
        UnicodeCategory.PrivateUse, UnicodeCategory.Surrogate, UnicodeCategory.OtherNotAssigned,
    ];

    // The rule's own examples, as hexadecimal so that they can be seen.
    private static readonly int[] Blanks =
    [
        0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180E, 0x180F, 0x200B, 0x200C, 0x200D,
        0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060, 0x2061, 0x2065, 0x2066, 0x2067, 0x2068, 0x2069, 0x206F,
        0x2800, 0x3164, 0xFEFF, 0xFFA0, 0xFFF0, 0xFFFC, 0x13441, 0x16FE4, 0x1BCA0, 0x1D159, 0x1D173, 0xE0001, 0xE0020, 0xE007F,
    ];

    private static readonly int[] Colons =
    [
        ':', 0x0589, 0x05C3, 0x02D0, 0x02F8, 0x0703, 0x0704, 0x1361, 0x1365, 0x16EC, 0x1803, 0x1809, 0x205A, 0x2236, 0x2982, 0x2A74, 0xA4FD,
        0xA6F4, 0xA789, 0xFE13, 0xFE30, 0xFE55, 0xFF1A,
    ];

    public static TheoryData<int> BlankCharacters => [.. Blanks];

    public static TheoryData<int> ColonCharacters => [.. Colons];

    [Theory]
    [InlineData("Bob", "Bob")]
    [InlineData("  Bob\t\r\n", "Bob")]
    [InlineData("\u2028\u3000Bob\u0085", "Bob")]
    [InlineData("Bob \u00a0\u3000 Smith", "Bob Smith")]
    [InlineData("Zoe\u0308", "Zoë")]
    [InlineData("\u1112\u1161\u11ab", "한")]
    [InlineData("\u212b", "Å")]
    [InlineData("100% | O'Neill <b> \\ #1", "100% | O'Neill <b> \\ #1")]
    [InlineData("राम\u0903", "राम\u0903")]
    [InlineData("ગુ\u0a83", "ગુ\u0a83")]
    [InlineData("שלום", "שלום")]
    [InlineData("❤\ufe0f", "❤\ufe0f")]
    [InlineData("1\ufe0f\u20e3", "1\ufe0f\u20e3")]
    [InlineData("葛\U000e0100城", "葛\U000e0100城")]
    [InlineData("a/b*c", "a/b*c")]
    [InlineData("//", null)]
    [InlineData("-", "-")]
    public void A_name_is_tidied_and_otherwise_left_as_it_was_typed(string typed, string? shown) =>
        Assert.Equal(shown, DisplayName.TryParse(typed, out var name, out _) ? name.Text : null);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\u3000\u2029 ")]
    public void Nothing_is_no_name(string? typed) => IsRefused(typed, NameRefusal.Empty);

    [Fact]
    public void Half_a_character_is_no_name()
    {
        // Attributes are stored as UTF-8, which would put U+FFFD in their place.
        IsRefused("\ud83d", NameRefusal.NotText);
        IsRefused("Bob\udc69", NameRefusal.NotText);
        IsRefused("\udc69\ud83d", NameRefusal.NotText);
    }

    [Theory]
    [InlineData("x", 32)]
    [InlineData("字", 32)]
    [InlineData("👩", 32)]
    [InlineData("e\u0301", 32)]
    [InlineData("\u1112\u1161\u11ab", 32)]
    [InlineData("α\u0313\u0300\u0345", 32)]
    [InlineData("x\u0301", 16)]
    [InlineData("👩\ufe0f", 16)]
    public void A_name_is_counted_in_characters_as_they_are_when_composed(string character, int most)
    {
        Assert.True(DisplayName.TryParse(Times(character, most), out _, out _));
        IsRefused(Times(character, most + 1), NameRefusal.TooLong);
        IsRefused(Times(character, 30_000), NameRefusal.TooLong);
    }

    [Fact]
    public void Spaces_between_words_are_counted_once() => Assert.Equal("Bob Smith", Called($"Bob{Times(" ", 30_000)}Smith").Text);

    [Theory]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a\tb")]
    [InlineData("\u001b[31mred")]
    [InlineData("a\u009bb")]
    [InlineData("a\u2028b")]
    [InlineData("a\u2029b")]
    [InlineData("a\ue000b")]
    [InlineData("a\U0010fffdb")]
    [InlineData("a\u0378b")]
    [InlineData("a\ufffeb")]
    [InlineData("a\uffffb")]
    [InlineData("👩\u200d💻")]
    [InlineData("\ufe0f")]
    [InlineData("\ufe0fa")]
    [InlineData("a \ufe0f")]
    [InlineData("a\ufe0f\ufe0f")]
    [InlineData("a\ufe0f\U000e0100")]
    [InlineData("x\u0301\ufe0f")]
    public void What_is_not_seen_is_refused(string typed) => IsRefused(typed, NameRefusal.Unseen);

    [Theory]
    [MemberData(nameof(BlankCharacters))]
    public void A_blank_character_is_refused_wherever_it_stands(int blank)
    {
        var unseen = char.ConvertFromUtf32(blank);
        IsRefused(unseen, NameRefusal.Unseen);
        IsRefused($"{unseen}Bob", NameRefusal.Unseen);
        IsRefused($"B{unseen}ob", NameRefusal.Unseen);
        IsRefused($"Bob{unseen}", NameRefusal.Unseen);
    }

    [Theory]
    [MemberData(nameof(ColonCharacters))]
    public void Nobody_can_end_a_name_early_with_what_looks_like_a_colon(int colon)
    {
        IsRefused($"Alice{char.ConvertFromUtf32(colon)} hi", NameRefusal.Colon);
        IsRefused(char.ConvertFromUtf32(colon), NameRefusal.Colon);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/quit")]
    [InlineData("  /quit")]
    [InlineData("*")]
    [InlineData("* waves")]
    [InlineData("＊waves")]
    [InlineData("∗waves")]
    [InlineData("⁎waves")]
    [InlineData("٭waves")]
    [InlineData("﹡waves")]
    [InlineData("\u0301a")]
    [InlineData("\u0903a")]
    [InlineData("\u20dd")]
    public void A_name_does_not_begin_like_a_command_an_action_or_a_mark_on_what_is_before_it(string typed) =>
        IsRefused(typed, NameRefusal.Beginning);

    [Fact]
    public void Marks_pile_up_to_eight_and_no_higher()
    {
        Assert.True(DisplayName.TryParse($"x{Times("\u0327", 8)}y{Times("\u0327", 8)}", out _, out _));
        IsRefused($"x{Times("\u0327", 9)}", NameRefusal.Marks);
        IsRefused($"x{Times("\u0327\u0903\u20dd", 3)}", NameRefusal.Marks);
    }

    [Theory]
    [InlineData("System")]
    [InlineData("system")]
    [InlineData(" SYSTEM ")]
    [InlineData("sYsTeM")]
    [InlineData("Systern")]
    [InlineData("Ѕуѕtеm")]
    [InlineData("Ｓｙｓｔｅｍ")]
    [InlineData("ѕуѕтем")]
    [InlineData("System.")]
    [InlineData("Sys‑tem")]
    [InlineData("Systeṃ")]
    [InlineData("Ⓢⓨⓢⓣⓔⓜ")]
    [InlineData("𝐒𝐲𝐬𝐭𝐞𝐦")]
    [InlineData("ſystem")]
    [InlineData("System\ufe0f")]
    [InlineData("аnonymous")]
    [InlineData("аnonymous-2")]
    [InlineData("аnonymous-1")]
    [InlineData("аnonymous-007")]
    [InlineData("ａｎｏｎｙｍｏｕｓ")]
    [InlineData("anonymous‐2")]
    [InlineData("anonymous-２")]
    [InlineData("anonymous-l2")]
    [InlineData("anonyrnous")]
    [InlineData("an0nymous")]
    public void Nobody_can_pass_for_the_system_or_for_somebody_without_a_name(string typed) => IsRefused(typed, NameRefusal.Reserved);

    [Theory]
    [InlineData("anonymous")]
    [InlineData("Anonymous")]
    [InlineData("ANONYMOUS-7")]
    [InlineData("anonymous-20000")]
    [InlineData("anonymous Bob")]
    [InlineData("anonymously")]
    [InlineData("Systems")]
    [InlineData("System 2")]
    [InlineData("Sister")]
    public void What_is_only_near_a_reserved_name_is_free(string typed) => Assert.Equal(typed, Called(typed).Text);

    [Fact]
    public void Every_character_of_unicode_gives_a_name_that_keeps_every_rule_or_a_refusal()
    {
        // Planes 2 and 3 are ideographs that differ in nothing else, 4 to 13 are unassigned, 15 and 16 private.
        foreach (var character in Enumerable.Range(0, 0x20400).Concat(Enumerable.Range(0xe0000, 0x1000)))
        {
            if (character is < 0xd800 or > 0xdfff && DisplayName.TryParse($"a{char.ConvertFromUtf32(character)}", out var name, out _))
            {
                KeepsEveryRule(name.Text);
            }
        }
    }

    [Fact]
    public void Any_text_gives_a_name_that_keeps_every_rule_or_a_refusal() =>
        Text.Sample(
            text =>
            {
                if (DisplayName.TryParse(text, out var name, out var refusal))
                {
                    Assert.Null(refusal);
                    KeepsEveryRule(name.Text);
                }
                else
                {
                    Assert.Null(name);
                    Assert.Contains(refusal, NameRefusal.All);
                }
            },
            iter: 20_000);

    [Fact]
    public void A_names_text_is_that_name() =>
        Name.Sample(
            name =>
            {
                Assert.Equal(name, Called(name.Text));
                Assert.Equal(name, Called($"\t {name.Text.Normalize(NormalizationForm.FormD)}\u3000"));
                Assert.Equal(name.Comparable.Forms, Called(name.Text).Comparable.Forms, StringComparer.Ordinal);
            },
            iter: 10_000);

    [Theory]
    [InlineData("Bob", 2, "Bob-2")]
    [InlineData("Bob-2", 2, "Bob-2-2")]
    [InlineData("abcdefghijklmnopqrstuvwxyz", 20_000, "abcdefghijklmnopqrstuvwxyz-20000")]
    [InlineData("abcdefghijklmnopqrstuvwxyzA", 2, "abcdefghijklmnopqrstuvwxyz-2")]
    [InlineData("abcdefghijklmnopqrstuvwxy zA", 2, "abcdefghijklmnopqrstuvwxy-2")]
    [InlineData("anonymous", int.MaxValue, "anonymous-2147483647")]
    public void A_number_stands_behind_the_name_or_behind_as_much_of_it_as_leaves_room(string typed, int number, string numbered) =>
        Assert.Equal(numbered, Called(typed).Numbered(number).Text);

    [Fact]
    public void A_number_is_at_least_two_and_fits()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => DisplayName.Anonymous.Numbered(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Called(Times("x", 32)).Numbered(100_000));
    }

    [Fact]
    public void A_numbered_name_is_a_name_like_any_other() =>
        Gen.Select(Name, Gen.Int[2, 99_999]).Sample(
            (name, number) =>
            {
                var numbered = name.Numbered(number);
                KeepsEveryRule(numbered.Text);
                Assert.Equal(numbered, Called(numbered.Text));
                Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{name.Stem}-{number}"), numbered.Text);
                Assert.StartsWith(name.Stem, name.Text, StringComparison.Ordinal);
            },
            iter: 10_000);

    [Fact]
    public void Names_are_equal_to_the_letter()
    {
        Assert.True(Called("Bob") == Called(" Bob"));
        Assert.Equal(Called("Bob").GetHashCode(), Called("Bob ").GetHashCode());
        Assert.True(Called("Bob") != Called("BOB"));
        Assert.Equal("Bob", $"{Called("Bob")}");
    }

    [Fact]
    public void Every_refusal_can_be_told_from_the_others_and_tells_what_a_name_must_be()
    {
        Assert.Equal(NameRefusal.All.Count, NameRefusal.All.Select(refusal => refusal.Code).Distinct(StringComparer.Ordinal).Count());
        Assert.All(NameRefusal.All, refusal => Assert.Matches("^[a-z][^.]+[^.]$", refusal.Text));
    }

    private static void IsRefused(string? typed, NameRefusal because)
    {
        Assert.False(DisplayName.TryParse(typed, out _, out var refusal));
        Assert.Equal(because, refusal);
    }

    private static string Times(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    // The rules in other words than the parser's, so that the two can disagree.
    private static void KeepsEveryRule(string text)
    {
        Assert.Equal(text.Normalize(NormalizationForm.FormC), text);
        Assert.Equal(text.Trim(), text);
        Assert.DoesNotContain("  ", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, character => character != ' ' && char.IsWhiteSpace(character));
        Assert.False(text[0] is '/' or '*');
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, 128);

        var runes = text.EnumerateRunes().ToArray();
        Assert.InRange(runes.Length, 1, 32);
        Assert.DoesNotContain(runes, rune => Barred.Contains(Rune.GetUnicodeCategory(rune)));
        Assert.DoesNotContain(runes, rune => Blanks.Contains(rune.Value) || Colons.Contains(rune.Value));

        var kinds = string.Concat(runes.Select(Kind));
        Assert.DoesNotMatch("^[mv]|[mv]{9}|[ mv]v", kinds);
    }

    private static char Kind(Rune rune) =>
        rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) ? 'v'
        : Rune.GetUnicodeCategory(rune).ToString().EndsWith("Mark", StringComparison.Ordinal) ? 'm'
        : rune.Value == ' ' ? ' '
        : 'x';
}

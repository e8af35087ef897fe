using System.Text;
using Broadcast.Actors.Names;
using CsCheck;
using static Broadcast.Tests.Names.AnyName;

namespace Broadcast.Tests.Names;

public sealed class ComparableNameSpecs
{
    [Theory]
    [InlineData("Bob", "BOB")]
    [InlineData("Bob", "Вob")]
    [InlineData("Bob", "Βob")]
    [InlineData("Bob", "B0b")]
    [InlineData("Bob", "Ⓑob")]
    [InlineData("Bob", "Ｂｏｂ")]
    [InlineData("Bob", "𝐁𝐨𝐛")]
    [InlineData("Bob", "ꓐob")]
    [InlineData("Bob", "B\ufe0fob")]
    [InlineData("Alice", "AIice")]
    [InlineData("Alice", "A1ice")]
    [InlineData("Alice", "A|ice")]
    [InlineData("Alice", "АLICE")]
    [InlineData("Вася", "вася")]
    [InlineData("Вася", "ВАСЯ")]
    [InlineData("paypal", "раураl")]
    [InlineData("paypal", "PAYPAL")]
    [InlineData("modern", "modem")]
    [InlineData("MODERN", "modem")]
    [InlineData("Bob-2", "Bob‐2")]
    [InlineData("Bob-2", "Bob-２")]
    [InlineData("Bob-10", "Bob-lO")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("Straße", "STRAẞE")]
    [InlineData("Straße", "Straβe")]
    [InlineData("Ὀδυσσεύς", "ὈΔΥΣΣΕΎΣ")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("Istanbul", "ıstanbul")]
    [InlineData("Zoë", "ZOE\u0308")]
    [InlineData("ﬁn", "FIN")]
    [InlineData("Ǆ", "dž")]
    [InlineData("𐐀", "𐐨")]
    [InlineData("Ა", "ა")]
    [InlineData("Ꭰ", "ꭰ")]
    [InlineData("ԵՒ", "և")]
    public void People_could_take_one_for_the_other(string one, string other) => Assert.True(Conflict(one, other));

    [Theory]
    [InlineData("Nan", "Van")]
    [InlineData("Ivy", "Ivu")]
    [InlineData("Alice", "Bob")]
    [InlineData("Bob", "Rob")]
    [InlineData("Bob", "Bob-2")]
    [InlineData("Bob-2", "Bob-3")]
    [InlineData("Zoë", "Zoe")]
    [InlineData("вася", "Bася")]
    [InlineData("李", "季")]
    [InlineData("❤", "👩")]
    public void People_tell_one_from_the_other(string one, string other) => Assert.False(Conflict(one, other));

    [Fact]
    public void Case_never_tells_two_names_apart()
    {
        for (var character = 0; character <= 0x1ffff; character++)
        {
            if (character is >= 0xd800 and <= 0xdfff || !DisplayName.TryParse($"a{char.ConvertFromUtf32(character)}", out var name, out _))
            {
                continue;
            }

            Assert.True(!DisplayName.TryParse(name.Text.ToUpperInvariant(), out var upper, out _) || Conflict(name, upper), name.Text);
            Assert.True(!DisplayName.TryParse(Lower(name.Text), out var lower, out _) || Conflict(name, lower), name.Text);
        }
    }

    [Fact]
    public void Only_look_alikes_of_letters_and_digits_join_two_of_them()
    {
        const string Told = "abcdefghijklmnopqrstuvwxyz-_23456789";
        Assert.All(
            Told.SelectMany(one => Told.Where(other => other != one).Select(other => ($"x{one}", $"x{other}"))),
            pair => Assert.False(Conflict(pair.Item1, pair.Item2), $"{pair}"));
    }

    [Fact]
    public void A_name_has_one_form_or_two_different_ones() =>
        Name.Sample(
            name =>
            {
                Assert.InRange(name.Comparable.Forms.Length, 1, 2);
                Assert.Distinct(name.Comparable.Forms, StringComparer.Ordinal);
                Assert.DoesNotContain(name.Comparable.Forms, form => form.Length == 0 || form.AsSpan().ContainsAny('0', '1'));
            },
            iter: 5_000);

    [Fact]
    public void Width_case_and_composition_never_tell_two_names_apart() =>
        Name.Sample(
            name =>
            {
                foreach (var variant in new[]
                {
                    name.Text.ToUpperInvariant(), Lower(name.Text), name.Text.Normalize(NormalizationForm.FormKC),
                    name.Text.Normalize(NormalizationForm.FormD),
                })
                {
                    if (DisplayName.TryParse(variant, out var other, out _))
                    {
                        Assert.True(Conflict(name, other), $"{name} {other}");
                        Assert.True(Conflict(other, name));
                    }
                }
            },
            iter: 10_000);

    [Fact]
    public void A_numbers_form_is_its_stems_with_the_number_behind_it_and_is_read_back() =>
        Gen.Select(Name, Gen.Int[2, 99_999]).Sample(
            (name, number) =>
            {
                var digits = $"{number}".Replace('0', 'o').Replace('1', 'l');
                var stems = Called(name.Stem).Comparable.Forms;
                Assert.Equal(stems.Select(stem => $"{stem}-{digits}"), name.Numbered(number).Comparable.Forms, StringComparer.Ordinal);
                Assert.All(stems, stem => Assert.Equal((stem, number), ComparableName.SplitNumber($"{stem}-{digits}")));
            },
            iter: 10_000);

    [Theory]
    [InlineData("bob-lo", "bob", 10)]
    [InlineData("bob-2-3", "bob-2", 3)]
    [InlineData("-2", "", 2)]
    [InlineData("bob-999999999", "bob", 999_999_999)]
    public void A_number_is_read_from_a_form(string form, string stem, int number) =>
        Assert.Equal((stem, number), ComparableName.SplitNumber(form));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("22")]
    [InlineData("bob")]
    [InlineData("bob-")]
    [InlineData("bob-o2")]
    [InlineData("bob-l")]
    [InlineData("bob-2x")]
    [InlineData("bob-٣")]
    [InlineData("bob-2222222222")]
    public void What_no_number_gives_is_no_number(string form) => Assert.Null(ComparableName.SplitNumber(form));

    [Fact]
    public void A_skeleton_is_its_own_skeleton()
    {
        for (var character = 0; character <= 0x2fa1f; character++)
        {
            if (character is < 0xd800 or > 0xdfff and not 0xfffe)
            {
                var skeleton = Confusables.Skeleton(char.ConvertFromUtf32(character));
                Assert.Equal(skeleton, Confusables.Skeleton(skeleton));
            }
        }
    }

    [Theory]
    [InlineData("rn", "rn")]
    [InlineData("m", "rn")]
    [InlineData("I|1l", "llll")]
    [InlineData("0O", "OO")]
    [InlineData("о", "o")]
    [InlineData("\"", "''")]
    [InlineData("ǎ", "a\u0306")]
    [InlineData("a\u200db\ufe0f", "ab")]
    [InlineData("\ufdfa", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064a\u0647 \u0648\u0633\u0644\u0645")]
    public void A_skeleton_is_what_it_looks_like(string text, string skeleton) =>
        Assert.Equal(skeleton.Length > 10 ? Confusables.Skeleton(skeleton) : skeleton, Confusables.Skeleton(text));

    private static string Lower(string text) => string.Concat(text.EnumerateRunes().Select(Rune.ToLowerInvariant));

    private static bool Conflict(string one, string other) => Conflict(Called(one), Called(other));

    private static bool Conflict(DisplayName one, DisplayName other) => one.Comparable.ConflictsWith(other.Comparable);
}

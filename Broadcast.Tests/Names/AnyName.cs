using Broadcast.Actors.Names;
using CsCheck;

namespace Broadcast.Tests.Names;

/// <summary>Texts as people and attackers make them, and names of them.</summary>
internal static class AnyName
{
    private static readonly Gen<string> Letter = One(
        "a", "b", "o", "O", "l", "I", "i", "m", "n", "r", "S", "y", "0", "1", "2", "-", "-2", "é", "e\u0301", "ß", "ẞ", "İ", "ı", "ﬁ",
        "ſ", "Σ", "ς", "ν", "Ν", "Β", "β", "В", "в", "о", "а", "р", "І", "և", "א", "ב", "ا", "١", "ـ", "ह", "ि", "ः", "क", "ก", "ำ",
        "가", "\u1100\u1161", "李", "丿", "カ", "ｶ", "Ｂ", "Ⓑ", "⑳", "㈏", "𝐁", "𐐀", "𐐨", "Ა", "Ꭰ", "ꭰ", "ꓐ", "❤", "👩", "🇩", "½",
        "℀", "\u212b", "\u1112\u1161\u11ab", "\u0345");

    private static readonly Gen<string> Mark = One(
        "\u0301", "\u0307", "\u0327", "\u0328", "\u20dd", "\u0903", "\u093f", "\u3099", "\ufe0f", "\ufe0e", "\U000e0100", "\u0316\u0301");

    private static readonly Gen<string> Space = One(
        " ", "  ", "\u00a0", "\u3000", "\u2003", "\u2001", "\u1680", "\t", "\n", "\r\n", "\u0085", "\u2028", "\u2029");

    private static readonly Gen<string> Sign = One(
        ":", "：", "∶", "\ua789", "\ufe55", "\ufe13", "\ufe30", "⩴", "፡", "/", "／",
        "*", "＊", "∗", "@", ".", "|", "%", "⁓", "…", "\ufffd");

    private static readonly Gen<string> Unseen = One(
        "\0", "\u001b", "\u009b", "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u180b",
        "\u180e", "\u200b", "\u200d", "\u200e", "\u202e", "\u2065", "\u2066", "\u2800", "\u3164", "\uffa0", "\ufeff", "\ufff0", "\ufffc",
        "\ufffe", "\uffff", "\ue000", "\U0001d159", "\U000e0041", "\U000e0fff", "\U0010ffff", "\u0378");

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Gen.Int[0, 0xd7ff], Gen.Int[0xe000, 0x1ffff], Gen.Int[0xe0000, 0xe0fff]).Select(char.ConvertFromUtf32);

    private static readonly Gen<string> Half = Gen.Char['\ud800', '\udfff'].Select(half => half.ToString());

    private static readonly Gen<string> Word = One(
        "System", "ѕystem", "Systern", "anonymous", "Anonymous-7", "аnonymous", "anonyrnous-2", "Bob",
        new string('x', 26), new string('字', 30));

    /// <summary>Mostly refused.</summary>
    public static Gen<string> Text { get; } = Gen.Frequency(
        (1, Gen.String[Gen.Char, 0, 40]),
        (4, Of(Gen.Frequency((8, Letter), (3, Mark), (2, Space), (1, Sign), (1, Unseen), (1, Scalar), (1, Half), (1, Word)))),
        (4, Of(Gen.Frequency((8, Letter), (1, Mark), (1, Space), (1, Word)))),
        (1, Of(Mark)),
        (2, Of(Scalar)));

    /// <summary>Names, whatever it took to get them.</summary>
    public static Gen<DisplayName> Name { get; } = Text.Select(text => DisplayName.TryParse(text, out var name, out _) ? name : null)
        .Where(name => name is not null)
        .Select(name => name!);

    /// <summary>The name of that text, which must be one.</summary>
    public static DisplayName Called(string text)
    {
        Assert.True(DisplayName.TryParse(text, out var name, out var refusal), $"{text}: {refusal}");
        return name;
    }

    /// <summary>One of these.</summary>
    public static Gen<string> One(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static Gen<string> Of(Gen<string> part) => part.Array[0, 36].Select(string.Concat);
}

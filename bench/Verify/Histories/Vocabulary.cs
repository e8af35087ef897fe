namespace Broadcast.Verify.Histories;

/// <summary>What people are called and what they say: few names, so that they collide, and texts of every kind.</summary>
internal static class Vocabulary
{
    // Cyrillic look-alikes among them, which conflict with the Latin ones.
    private static readonly string[] Names =
    [
        "Alice", "Bob", "bob", "Вob", "BOB", "Zoë", "李雷", "محمد", "Al ice", "anonymous", "Ole-2", "Ole", "👩‍🚀", "🙂", "A name of many many characters",
        "Köln am Rhein und noch weiter dd", "", "Peter", "peter", "Реter", "Ωmega", "x", "1234567", "12345678", "123456789",
    ];

    private static readonly string[] Openings =
    [
        "hi ", "/me is a line ", "/", "/who ", "//", " leading ", "System: Bob joined the chat ", "Bob: forged ", "* Bob: forged ", "tab\there ", "line\nbreak ",
        "\u001b[31mred ", "\u202Ebidi\u2066 ", "Zoë 李雷 ", "👩‍👩‍👧‍👦 ", "a\u0301\u0302\u0303 ", "\"quoted\" \\ {json} ", "", "\u0000nul ", "\u2028 ", "x: y ", "😀😀😀 ",
    ];

    public static string Name(Random random) => Names[random.Next(Names.Length)];

    /// <summary>How a line begins.</summary>
    public static string Opening(int style) => Openings[style % Openings.Length];

    /// <summary>What makes a line so many bytes longer.</summary>
    public static string Filling(int style, int bytes) => new((char)('a' + (style % 26)), Math.Max(0, bytes));
}

using System.Text;
using Broadcast.Actors.Names;
using Broadcast.Host.Connections;

namespace Broadcast.Fuzz.Targets;

/// <summary>The query of a request, and the name in it.</summary>
internal static class QueryTarget
{
    public static Target Target { get; } = new(
        "query",
        "?name= and names: a text or none, and a name that is taken is taken again as it is",
        [.. "?name=Zo%C3%AB|?a=b&name=a+b%20c|?n%61me=%F0%9F%9A%80&name=2|?name=%C3|?name=%E2%80%8F%CE%91lice|?name=Bob-2|?name=%|name"
            .Split('|').Select(Encoding.ASCII.GetBytes)],
        Check);

    private static void Check(byte[] input)
    {
        CheckName(RequestedName.FromQuery(Encoding.Latin1.GetString(input)).Text);
        CheckName(Encoding.UTF8.GetString(input));
    }

    private static void CheckName(string? text)
    {
        if (!DisplayName.TryParse(text, out var name, out var refusal))
        {
            Target.Require(refusal.Text.Length > 0, "no reason");
            return;
        }

        var given = name.ToString();
        Target.Require(!given.Any(char.IsControl), "a control character in a name");
        Target.Require(DisplayName.TryParse(given, out var again, out _) && again == name, $"{given} is another name the second time");
        Target.Require(DisplayName.TryParse(name.Numbered(2).ToString(), out _, out _), $"{name.Numbered(2)} is no name");
    }
}

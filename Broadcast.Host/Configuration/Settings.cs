using System.Collections;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Broadcast.Host.Configuration;

/// <summary>
/// Puts together what was set, in this order, the later over the earlier: defaults, the shipped <c>hocon.conf</c>, a
/// file of one's own, variables, <c>--set</c>, flags. Each place is checked by itself, so that an error names the place.
/// </summary>
/// <param name="Options">What the host goes by.</param>
/// <param name="All">All of it, with the <c>akka { }</c> section for the actor system.</param>
/// <param name="AkkaFrom">The places that say something of that section; beside others, the shipped file is none.</param>
internal sealed record Settings(BroadcastOptions Options, Config All, string AkkaFrom)
{
    private const string Section = "broadcast";
    private const string AkkaSection = "akka";
    private const string VariablePrefix = "BROADCAST__";

    /// <summary>Reads everything.</summary>
    /// <param name="shipped">The path of the shipped file.</param>
    /// <param name="file">The path of a file of one's own; null for none.</param>
    /// <param name="variables">The environment.</param>
    /// <param name="assignments">What <c>--set</c> gave, as <c>key=value</c>.</param>
    /// <param name="flags">The keys that flags set, by flag.</param>
    /// <exception cref="SettingException">Something of it cannot be used.</exception>
    public static Settings Read(
        string shipped,
        string? file,
        IDictionary variables,
        IEnumerable<string> assignments,
        IEnumerable<(string Flag, string Key, string Value)> flags)
    {
        List<(string Place, Config Hocon)> places = [(shipped, FromFile(shipped))];
        if (file is not null)
        {
            places.Add((file, FromFile(file)));
        }

        places.AddRange(FromVariables(variables));
        places.AddRange(assignments.Select(FromAssignment));
        places.AddRange(flags.Select(flag => (flag.Flag, FromText(flag.Flag, flag.Key, flag.Value))));

        var options = new BroadcastOptions();
        var all = Config.Empty;
        foreach (var (place, hocon) in places)
        {
            options = Check(place, hocon, options);
            all = hocon.WithFallback(all);
        }

        return options is { Durable: true, State: null }
            ? throw new SettingException("broadcast.durable is on, but broadcast.state is empty: name the directory that the room is to be kept in, or have it off")
            : new Settings(options, all, AkkaFromOf(places));
    }

    /// <summary>What is set for Akka cannot be used, which only Akka knows.</summary>
    /// <param name="fault">What it says of that.</param>
    public SettingException NotForAkka(Exception fault) =>
        new($"{AkkaFrom}: Akka cannot use that ({FirstLine(fault.GetBaseException())}); hocon.conf has what can be", fault);

    private static string AkkaFromOf(List<(string Place, Config Hocon)> places)
    {
        var own = places.Skip(1).Where(place => place.Hocon.HasPath(AkkaSection)).Select(place => place.Place).ToList();
        return own.Count > 0 ? string.Join(", ", own) : places[0].Place;
    }

    private static BroadcastOptions Check(string place, Config hocon, BroadcastOptions options)
    {
        if (hocon.GetValue(Section) is not { } section)
        {
            return options;
        }

        foreach (var (key, value) in Leaves(Section, section))
        {
            var setting = Setting.All.FirstOrDefault(setting => setting.Key == key) ?? throw NoSetting(place, key, value);
            options = setting.Read(value, options)
                ?? throw new SettingException($"{place}: {key} is {(setting.IsSecret ? "something else" : Shown(value))}, but must be {setting.Allowed}");
        }

        return options;
    }

    // A section where a value belongs is not gone into, and one that is empty says something only of its name.
    private static IEnumerable<(string Key, HoconValue Value)> Leaves(string key, HoconValue value) =>
        value.IsObject() && !Setting.All.Any(setting => setting.Key == key) && (value.GetObject().Items.Count > 0 || IsSection(key))
            ? value.GetObject().Items.SelectMany(item => Leaves($"{key}.{item.Key}", item.Value))
            : [(key, value)];

    private static bool IsSection(string key) => Setting.All.Any(setting => setting.Key.StartsWith($"{key}.", StringComparison.Ordinal));

    private static SettingException NoSetting(string place, string key, HoconValue value) => IsSection(key)
        ? new SettingException(
            $"{place}: {key} is {Shown(value)}, but must be a section with keys such as {Setting.All.First(setting => setting.Key.StartsWith($"{key}.", StringComparison.Ordinal)).Key}")
        : new SettingException($"{place}: there is no key {key}; hocon.conf lists those there are");

    private static string Shown(HoconValue value)
    {
        if (value.IsObject())
        {
            return "a section";
        }

        var text = string.Concat(value.Values.Select(part =>
            part is HoconArray array ? $"[{string.Join(", ", array.Select(Shown))}]" : part.GetString()));
        return string.IsNullOrWhiteSpace(text) ? "empty" : text.Trim();
    }

    private static Config FromFile(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new SettingException($"{path}: cannot be read ({FirstLine(e)}); --config takes the path of a HOCON file", e);
        }

        var hocon = Parsed(path, text);
        return hocon.IsEmpty || hocon.HasPath(Section) || hocon.HasPath(AkkaSection)
            ? hocon
            : throw new SettingException($"{path}: has no section {Section} {{ }}, which everything belongs in; hocon.conf shows it");
    }

    private static IEnumerable<(string Place, Config Hocon)> FromVariables(IDictionary variables) =>
        from DictionaryEntry variable in variables
        let name = (string)variable.Key
        where name.StartsWith(VariablePrefix, StringComparison.Ordinal)
        let key = string.Concat(name.Replace("__", ".", StringComparison.Ordinal).Replace('_', '-').Select(char.ToLowerInvariant))
        select (name, FromValue(name, key, (string?)variable.Value ?? ""));

    private static (string Place, Config Hocon) FromAssignment(string assignment)
    {
        var place = $"--set {assignment}";
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        var key = equals < 0 ? "" : assignment[..equals].Trim();
        if (!key.StartsWith("broadcast.", StringComparison.Ordinal) && !key.StartsWith("akka.", StringComparison.Ordinal))
        {
            throw new SettingException($"{place}: must be key=value with a key such as broadcast.limits.connections; hocon.conf lists those there are");
        }

        if (Setting.All.Any(setting => setting.Key == key && setting.IsSecret))
        {
            throw new SettingException($"--set {key}: everybody on this machine can read that in the list of processes; put it into a file, or into a variable");
        }

        return (place, FromValue(place, key, assignment[(equals + 1)..]));
    }

    // What may be a list, and quoted texts, are HOCON as they stand.
    private static Config FromValue(string place, string key, string value) => value.TrimStart() switch
    {
        ['"', ..] => Parsed(place, $"{key} = {value}"),
        ['[', ..] when !Setting.All.Any(setting => setting.Key == key && !setting.IsList) => Parsed(place, $"{key} = {value}"),
        _ => FromText(place, key, value),
    };

    // One text, whatever is in it (in HOCON, the // of an origin would begin a comment).
    private static Config FromText(string place, string key, string text) =>
        Parsed(place, $"{key} = \"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");

    private static Config Parsed(string place, string text)
    {
        try
        {
            return Hocon.Parse(text);
        }
        catch (Exception e)
        {
            throw new SettingException($"{place}: is not HOCON ({FirstLine(e)})", e);
        }
    }

    private static string FirstLine(Exception e) => e.Message.Split('\n')[0].Trim();
}

using System.Collections;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Broadcast.Host.Configuration;

/// <summary>
/// Puts together what was set, in this order, the later over the earlier: defaults, the shipped <c>hocon.conf</c>, a
/// file of one's own, variables, <c>--set</c>, flags. Each place is checked by itself, so that an error names the place.
/// </summary>
/// <param name="Options">What the host goes by.</param>
/// <param name="Hocon">All of it, with the <c>akka { }</c> section for the actor system.</param>
internal sealed record Settings(BroadcastOptions Options, Config Hocon)
{
    private const string Section = "broadcast";
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
        places.AddRange(flags.Select(flag => (flag.Flag, FromValue(flag.Key, flag.Value))));

        var options = new BroadcastOptions();
        var all = Config.Empty;
        foreach (var (place, hocon) in places)
        {
            options = Check(place, hocon, options);
            all = hocon.WithFallback(all);
        }

        return new Settings(options, all);
    }

    private static BroadcastOptions Check(string place, Config hocon, BroadcastOptions options)
    {
        if (hocon.IsEmpty || !hocon.HasPath(Section))
        {
            return options;
        }

        foreach (var (key, value) in Leaves(Section, hocon.GetValue(Section)))
        {
            var setting = Setting.All.FirstOrDefault(setting => setting.Key == key)
                ?? throw new SettingException($"{place}: there is no key {key}; hocon.conf lists those there are");
            options = setting.Read(value, options)
                ?? throw new SettingException($"{place}: {key} is {Shown(value)}, but must be {setting.Allowed}");
        }

        return options;
    }

    private static IEnumerable<(string Key, HoconValue Value)> Leaves(string key, HoconValue value) =>
        value.IsObject()
            ? value.GetObject().Items.SelectMany(item => Leaves($"{key}.{item.Key}", item.Value))
            : [(key, value)];

    private static string Shown(HoconValue value)
    {
        var text = value.IsString() ? value.GetString() : value.ToString();
        return string.IsNullOrWhiteSpace(text) ? "empty" : text.ReplaceLineEndings(" ").Trim();
    }

    private static Config FromFile(string path)
    {
        try
        {
            return ConfigurationFactory.ParseString(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new SettingException($"{path}: cannot be read ({FirstLine(e)}); --config takes the path of a HOCON file", e);
        }
        catch (Exception e)
        {
            throw new SettingException($"{path}: is not HOCON ({FirstLine(e)})", e);
        }
    }

    private static IEnumerable<(string Place, Config Hocon)> FromVariables(IDictionary variables) =>
        from DictionaryEntry variable in variables
        let name = (string)variable.Key
        where name.StartsWith(VariablePrefix, StringComparison.Ordinal)
        let key = string.Concat(name.Replace("__", ".", StringComparison.Ordinal).Replace('_', '-').Select(char.ToLowerInvariant))
        select (name, FromValue(key, (string?)variable.Value ?? ""));

    private static (string Place, Config Hocon) FromAssignment(string assignment)
    {
        var place = $"--set {assignment}";
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        var key = equals < 0 ? "" : assignment[..equals].Trim();
        if (!key.StartsWith("broadcast.", StringComparison.Ordinal) && !key.StartsWith("akka.", StringComparison.Ordinal))
        {
            throw new SettingException($"{place}: must be key=value with a key such as broadcast.limits.connections; hocon.conf lists those there are");
        }

        return (place, FromValue(key, assignment[(equals + 1)..]));
    }

    // Lists and quoted texts are HOCON as they stand; anything else is one text, whatever is in it (in HOCON, the //
    // of an origin would begin a comment).
    private static Config FromValue(string key, string value)
    {
        var text = value.TrimStart() is ['[' or '"', ..] ? value : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        try
        {
            return ConfigurationFactory.ParseString($"{key} = {text}");
        }
        catch (Exception e)
        {
            throw new SettingException($"{key}: {value} is not HOCON ({FirstLine(e)})", e);
        }
    }

    private static string FirstLine(Exception e) => e.Message.Split('\n')[0].Trim();
}

namespace Broadcast.Bench.Servers;

/// <summary>Where things are.</summary>
internal static class Places
{
    /// <summary>The folder <c>bench</c>.</summary>
    public static string Bench { get; } = Find();

    public static string Results => Path.Combine(Bench, "results");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Broadcast.Bench.csproj")))
            {
                return folder.FullName;
            }
        }

        throw new UsageException("this program is run from where it was built, below the folder bench");
    }
}

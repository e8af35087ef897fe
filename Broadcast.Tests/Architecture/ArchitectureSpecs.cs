using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Broadcast.Actors.Rooms;

namespace Broadcast.Tests.Architecture;

/// <summary>The walls between the projects, and the absence of locks, read off the assemblies as built.</summary>
public sealed class ArchitectureSpecs
{
    private static readonly string[] LockTypes =
    [
        "System.Threading.Monitor", "System.Threading.Lock", "System.Threading.Mutex", "System.Threading.Semaphore",
        "System.Threading.SemaphoreSlim", "System.Threading.ReaderWriterLock", "System.Threading.ReaderWriterLockSlim",
        "System.Threading.SpinLock", "System.Threading.SpinWait", "System.Threading.Barrier", "System.Threading.CountdownEvent",
        "System.Threading.EventWaitHandle", "System.Threading.ManualResetEvent", "System.Threading.ManualResetEventSlim",
        "System.Threading.AutoResetEvent",
    ];

    public static TheoryData<string> Assemblies => new("Broadcast.Actors", "Broadcast.Host", "Broadcast.Cli");

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void There_is_no_lock(string assembly) =>
        Read(assembly, metadata =>
        {
            var used = TypesUsed(metadata);
            Assert.NotEmpty(used);
            Assert.Empty(used.Intersect(LockTypes, StringComparer.Ordinal));
            Assert.DoesNotContain(used, type => type.StartsWith("System.Collections.Concurrent.", StringComparison.Ordinal));
            Assert.DoesNotContain(
                metadata.MethodDefinitions.Select(metadata.GetMethodDefinition),
                method => method.ImplAttributes.HasFlag(MethodImplAttributes.Synchronized));
        });

    [Fact]
    public void The_test_for_locks_finds_one_where_there_is_one() =>
        Read(typeof(Akka.Actor.ActorSystem).Assembly.GetName().Name!, metadata =>
            Assert.Contains("System.Threading.Monitor", TypesUsed(metadata)));

    [Fact]
    public void The_actors_know_no_socket_no_web_no_file_and_no_wall_clock() =>
        Read("Broadcast.Actors", metadata =>
        {
            var references = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)).ToList();
            Assert.Contains("Akka", references);
            Assert.DoesNotContain(references, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
            Assert.DoesNotContain(references, name => name.StartsWith("System.Net", StringComparison.Ordinal));
            Assert.DoesNotContain(references, name => name.StartsWith("Broadcast", StringComparison.Ordinal));
            Assert.Empty(TypesUsed(metadata).Intersect(["System.IO.File", "System.IO.FileStream", "System.IO.Directory", "System.IO.RandomAccess"], StringComparer.Ordinal));
            Assert.DoesNotContain(
                metadata.MemberReferences.Select(handle => metadata.GetString(metadata.GetMemberReference(handle).Name)),
                name => name is "get_UtcNow" or "get_Now");
        });

    [Fact]
    public void The_client_knows_neither_the_actors_nor_the_host() =>
        Read("Broadcast.Cli", metadata => Assert.DoesNotContain(
            metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)),
            name => name is "Broadcast.Actors" or "Broadcast.Host" or "Akka"));

    private static void Read(string assembly, Action<MetadataReader> check)
    {
        var path = Path.Combine(Path.GetDirectoryName(typeof(RoomActor).Assembly.Location)!, $"{assembly}.dll");
        using var file = new PEReader(File.OpenRead(path));
        check(file.GetMetadataReader());
    }

    private static HashSet<string> TypesUsed(MetadataReader metadata) =>
        metadata.TypeReferences.Select(metadata.GetTypeReference)
            .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")
            .ToHashSet(StringComparer.Ordinal);
}

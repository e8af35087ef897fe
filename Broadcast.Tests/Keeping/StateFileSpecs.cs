using Broadcast.Actors.Keeping;
using Broadcast.Host.State;
using CsCheck;

namespace Broadcast.Tests.Keeping;

/// <summary>What is in the file comes back whole, or it is said that it does not.</summary>
public sealed class StateFileSpecs
{
    private const string Epoch = "nFkp8rQ2Zx_-";

    private static readonly Gen<byte[][]> Blocks = Gen.Byte.Array[0, 60].Array[1, 8];

    [Fact]
    public void It_gives_back_what_it_took() =>
        Blocks.Sample(blocks => AssertPrefix(blocks, StateFile.Read(File(blocks)), blocks.Length, torn: 0));

    [Fact]
    public void Of_a_file_that_is_cut_every_whole_block_is_there_and_it_is_known_how_much_is_not() =>
        Gen.Select(Blocks, Gen.Int[0, 1000]).Sample((blocks, cut) =>
        {
            var file = File(blocks);
            var ends = blocks.Select((_, i) => File(blocks[..(i + 1)]).Length).ToList();
            var left = ends[0] + (cut % (file.Length - ends[0] + 1));
            var whole = ends.FindLastIndex(end => end <= left);
            AssertPrefix(blocks, StateFile.Read(file.AsMemory(0, left)), whole + 1, left - ends[whole]);
        });

    [Fact]
    public void A_byte_that_is_another_is_noticed_wherever_it_is() =>
        Gen.Select(Blocks, Gen.Int[0, 1000], Gen.Byte[1, 255]).Sample(
            (blocks, at, change) =>
            {
                var file = File(blocks);
                file[at % file.Length] ^= change;
                var last = File(blocks[..^1]).Length;
                try
                {
                    // In the last block it is a block that was never finished.
                    AssertPrefix(blocks, StateFile.Read(file), blocks.Length - 1, file.Length - last);
                    Assert.True(at % file.Length >= last);
                }
                catch (StateException)
                {
                    Assert.True(at % file.Length < last || blocks.Length == 1);
                }
            },
            iter: 20_000);

    [Fact]
    public void Whatever_it_is_given_it_is_a_file_or_refused() =>
        Gen.Select(Blocks, Gen.Select(Gen.Int[0, 1000], Gen.Byte).List[0, 5], Gen.Byte.Array[0, 40]).Sample(
            (blocks, changes, behind) =>
            {
                var file = File(blocks);
                changes.ForEach(change => file[change.Item1 % file.Length] = change.Item2);
                try
                {
                    Assert.NotEmpty(StateFile.Read((byte[])[.. file, .. behind]).Blocks);
                }
                catch (StateException)
                {
                    // One line for a person, and no server.
                }
            },
            iter: 100_000);

    [Fact]
    public void Damage_in_front_of_what_is_whole_is_no_torn_end()
    {
        var file = File([[1], [2, 2], [3]]);
        var second = File([[1]]).Length;
        file[second + StateFile.HeadBytes] ^= 1;
        Assert.Equal($"is damaged at byte {second}", Assert.Throws<StateException>(() => StateFile.Read(file)).Message);
    }

    [Theory]
    [InlineData("broadcast-state 2 abc\n", "has the format 2, and this version knows 1")]
    [InlineData("broadcast-state 1 abc", "is not the state of a room")]
    [InlineData("", "is not the state of a room")]
    [InlineData("{}", "is not the state of a room")]
    [InlineData("broadcast-state 1 abc\n", "is damaged at byte 22")]
    public void What_cannot_be_read_is_said(string text, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<StateException>(() => StateFile.Read(System.Text.Encoding.ASCII.GetBytes(text))).Message);

    private static byte[] File(byte[][] blocks) =>
        [.. StateFile.Header(Epoch), .. blocks.SelectMany((block, i) => (byte[])[.. StateFile.Head(Epoch, i, block), .. block])];

    private static void AssertPrefix(byte[][] blocks, StateFile read, int count, int torn)
    {
        Assert.Equal((Epoch, count, torn), (read.Epoch, read.Blocks.Count, read.Torn));
        Assert.Equal(blocks.Take(count), read.Blocks.Select(block => block.ToArray()));
    }
}

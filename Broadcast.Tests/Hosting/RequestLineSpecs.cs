using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Broadcast.Host.Listening;
using CsCheck;

namespace Broadcast.Tests.Hosting;

public sealed class RequestLineSpecs : IDisposable
{
    private const string Headers = "Host: localhost\r\nX-Raw: é\r\n\r\n";
    private const string Raw = "GET /ws?name=Zoë HTTP/1.1\r\n";
    private const string Encoded = "GET /ws?name=Zo%C3%AB HTTP/1.1\r\n";

    private readonly Pipe _network = new();
    private readonly PipeReader _server;

    public RequestLineSpecs()
    {
        _server = new RequestLineReader(_network.Reader);
    }

    public void Dispose()
    {
        _network.Writer.Complete();
        _network.Reader.Complete();
    }

    [Fact]
    public async Task A_name_typed_as_it_is_written_reaches_the_parser_percent_encoded()
    {
        await SendAsync(Raw + Headers, complete: true);

        Assert.Equal(Bytes(Encoded + Headers), await ReadAllAsync(_server));
    }

    [Fact]
    public async Task Wherever_the_network_cuts_the_line_the_parser_sees_the_same()
    {
        var bytes = Bytes(Raw + Headers);
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            using var specs = new RequestLineSpecs();
            var all = ReadAllAsync(specs._server);
            await specs.SendAsync(bytes[..cut]);
            await specs.SendAsync(bytes[cut..], complete: true);
            Assert.Equal(Bytes(Encoded + Headers), await all);
        }
    }

    [Fact]
    public Task Any_line_in_any_pieces_is_encoded_and_what_follows_is_left_as_it_is() =>
        Gen.Select(Gen.Byte.Where(octet => octet != '\n').Array[0, 60], Gen.Byte.Array[0, 60], Gen.Int[1, 20].Array[1, 10]).SampleAsync(async (line, rest, cuts) =>
        {
            using var specs = new RequestLineSpecs();
            var all = ReadAllAsync(specs._server);
            byte[] stream = [.. line, (byte)'\n', .. rest];
            for (int at = 0, turn = 0; at < stream.Length; turn++)
            {
                var length = Math.Min(cuts[turn % cuts.Length], stream.Length - at);
                await specs.SendAsync(stream[at..(at + length)]);
                at += length;
            }

            await specs._network.Writer.CompleteAsync();
            byte[] expected = [.. line.SelectMany(octet => octet < 0x80 ? [octet] : Bytes($"%{octet:X2}")), (byte)'\n', .. rest];
            Assert.Equal(expected, await all);
        });

    [Fact]
    public async Task A_line_of_plain_letters_passes_byte_for_byte()
    {
        const string Plain = "GET /ws?name=Zo%C3%AB HTTP/1.1\r\n" + Headers;
        await SendAsync(Plain);

        var read = await ReadAsync(_server);
        Assert.Equal(Bytes(Plain), read.Buffer.ToArray());
        _server.AdvanceTo(read.Buffer.End);
    }

    [Fact]
    public async Task Behind_the_first_line_nothing_is_touched()
    {
        byte[] frames = [0x81, 0x82, 0xFF, 0x80, 0xC3, 0xAB, (byte)'\n', 0x89, 0xFE, (byte)'\n'];
        await SendAsync(Raw + "\r\n");
        await SendAsync(frames, complete: true);

        byte[] expected = [.. Bytes(Encoded + "\r\n"), .. frames];
        Assert.Equal(expected, await ReadAllAsync(_server));
    }

    [Fact]
    public async Task The_rest_is_there_at_once_behind_an_encoded_line()
    {
        await SendAsync(Raw + Headers);

        var line = await ReadAsync(_server);
        Assert.Equal(Encoded, Encoding.ASCII.GetString(line.Buffer));
        _server.AdvanceTo(line.Buffer.End);
        Assert.True(_server.TryRead(out var rest));
        Assert.Equal(Bytes(Headers), rest.Buffer.ToArray());
    }

    [Fact]
    public async Task A_line_taken_in_two_goes_is_given_in_two()
    {
        await SendAsync(Raw);

        var first = await ReadAsync(_server);
        _server.AdvanceTo(first.Buffer.GetPosition(4));
        var second = await ReadAsync(_server);
        Assert.Equal(Encoded[4..], Encoding.ASCII.GetString(second.Buffer));
    }

    [Fact]
    public async Task A_reader_that_wants_more_than_the_line_waits_for_more_and_does_not_spin()
    {
        await SendAsync(Raw);
        var atLeast = _server.ReadAtLeastAsync(Encoded.Length + 3).AsTask();
        Assert.False(atLeast.IsCompleted);

        await SendAsync(Headers);
        var read = await atLeast.WaitAsync(Person.Patience);
        Assert.Equal(Bytes(Encoded + Headers), read.Buffer.ToArray());

        _server.AdvanceTo(read.Buffer.End);
        await SendAsync([0xC3]);
        Assert.Equal([0xC3], (await ReadAsync(_server)).Buffer.ToArray());
    }

    [Fact]
    public async Task What_is_there_can_be_had_without_waiting()
    {
        Assert.False(_server.TryRead(out _));
        await SendAsync(Raw[..16]);
        Assert.False(_server.TryRead(out _));
        await SendAsync(Raw[16..]);

        Assert.True(_server.TryRead(out var read));
        Assert.Equal(Encoded, Encoding.ASCII.GetString(read.Buffer));
    }

    [Fact]
    public async Task A_line_too_long_to_be_one_goes_to_the_parser_as_it_is()
    {
        var overlong = "GET /" + new string('x', 9000) + "ë";
        await SendAsync(overlong);

        Assert.Equal(Bytes(overlong), (await ReadAsync(_server)).Buffer.ToArray());
    }

    [Fact]
    public async Task A_connection_that_ends_in_the_middle_of_its_line_ends()
    {
        await SendAsync("GET /ws?name=Zoë", complete: true);

        var read = await ReadAsync(_server);
        Assert.True(read.IsCompleted);
        Assert.Equal(Bytes("GET /ws?name=Zoë"), read.Buffer.ToArray());
    }

    [Fact]
    public async Task A_connection_that_says_nothing_ends()
    {
        await _network.Writer.CompleteAsync();

        Assert.True((await ReadAsync(_server)).IsCompleted);
    }

    [Fact]
    public async Task A_cancelled_read_ends_and_the_line_is_still_encoded_afterwards()
    {
        await SendAsync(Raw[..10]);
        var reading = _server.ReadAsync().AsTask();
        _server.CancelPendingRead();
        var cancelled = await reading.WaitAsync(Person.Patience);
        Assert.True(cancelled.IsCanceled);
        _server.AdvanceTo(cancelled.Buffer.Start, cancelled.Buffer.End);

        await SendAsync(Raw[10..], complete: true);
        Assert.Equal(Bytes(Encoded), await ReadAllAsync(_server));
    }

    [Fact]
    public async Task A_read_cancelled_when_the_whole_line_is_there_is_cancelled()
    {
        await SendAsync(Raw);
        _server.CancelPendingRead();

        var read = await ReadAsync(_server);
        Assert.True(read.IsCanceled);
        Assert.Equal(Encoded, Encoding.ASCII.GetString(read.Buffer));
    }

    [Fact]
    public async Task A_token_that_is_cancelled_ends_the_wait()
    {
        using var source = new CancellationTokenSource();
        var reading = _server.ReadAsync(source.Token).AsTask();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Person.Patience));
    }

    private static async Task<ReadResult> ReadAsync(PipeReader reader) => await reader.ReadAsync().AsTask().WaitAsync(Person.Patience);

    private static async Task<byte[]> ReadAllAsync(PipeReader reader)
    {
        using var all = new MemoryStream();
        await reader.CopyToAsync(all).WaitAsync(Person.Patience);
        return all.ToArray();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private Task SendAsync(string text, bool complete = false) => SendAsync(Bytes(text), complete);

    private async Task SendAsync(byte[] bytes, bool complete = false)
    {
        await _network.Writer.WriteAsync(bytes).AsTask().WaitAsync(Person.Patience);
        if (complete)
        {
            await _network.Writer.CompleteAsync();
        }
    }
}

using System.IO.Pipelines;
using System.Text;
using Broadcast.Host.Listening;
using CsCheck;

namespace Broadcast.Tests.Hosting;

public sealed class RequestStreamSpecs : IAsyncDisposable
{
    private const string Headers = "Host: localhost\r\nX-Raw: é\r\n\r\n";
    private const string Raw = "GET /ws?name=Zoë HTTP/1.1\r\n";
    private const string Encoded = "GET /ws?name=Zo%C3%AB HTTP/1.1\r\n";

    private readonly Pipe _network = new();
    private readonly RequestStream _request;

    public RequestStreamSpecs()
    {
        var network = _network.Reader.AsStream();
        _request = new RequestStream(network.ReadAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _request.DisposeAsync();
        await _network.Writer.CompleteAsync();
        await _network.Reader.CompleteAsync();
    }

    [Fact]
    public async Task A_name_typed_as_it_is_written_reaches_the_parser_percent_encoded()
    {
        await SendAsync(Raw + Headers, complete: true);

        Assert.Equal(Bytes(Encoded + Headers), await ReadAllAsync());
    }

    [Fact]
    public async Task Wherever_the_network_cuts_the_line_the_parser_sees_the_same()
    {
        var bytes = Bytes(Raw + Headers);
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            await using var specs = new RequestStreamSpecs();
            var all = specs.ReadAllAsync();
            await specs.SendAsync(bytes[..cut]);
            await specs.SendAsync(bytes[cut..], complete: true);
            Assert.Equal(Bytes(Encoded + Headers), await all);
        }
    }

    [Fact]
    public Task Any_line_in_any_pieces_is_encoded_and_what_follows_is_left_as_it_is() =>
        Gen.Select(Gen.Byte.Where(octet => octet != '\n').Array[0, 60], Gen.Byte.Array[0, 60], Gen.Int[1, 20].Array[1, 10]).SampleAsync(async (typed, behind, cuts) =>
        {
            await using var specs = new RequestStreamSpecs();
            var all = specs.ReadAllAsync();
            byte[] line = [(byte)'G', .. typed];
            byte[] rest = [.. Bytes(Headers), .. behind];
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

    [Theory]
    [InlineData("X(y): a", "X\0y\0: a")]
    [InlineData("X y : a", "X\0y\0: a")]
    [InlineData(" X: a", "\0X: a")]
    [InlineData("X: a\u0001b\tc\u007F", "X: a\0b\tc\0")]
    [InlineData("Content-Length: +5", "Content-Length: \05")]
    [InlineData("cONTENT-lENGTH:\t-0, 5 ", "cONTENT-lENGTH:\t\00\0 5 ")]
    [InlineData("Content-Lengths: +5", "Content-Lengths: +5")]
    [InlineData("X-Content-Length: +5", "X-Content-Length: +5")]
    [InlineData("Content-Lengt: +5", "Content-Lengt: +5")]
    public async Task What_others_might_read_otherwise_the_parser_is_given_to_refuse(string field, string passedOn)
    {
        const string Behind = "\u0001 +5: (\r\n";
        var request = $"\r\n{Encoded}Host: h\r\n{field}\r\nX: y\r\n\r\n{Behind}";
        for (var cut = 0; cut < request.Length; cut++)
        {
            await using var specs = new RequestStreamSpecs();
            var all = specs.ReadAllAsync();
            await specs.SendAsync(request[..cut]);
            await specs.SendAsync(request[cut..], complete: true);
            Assert.Equal($"\r\n{Encoded}Host: h\r\n{passedOn}\r\nX: y\r\n\r\n{Behind}", Encoding.UTF8.GetString(await all));
        }
    }

    [Fact]
    public async Task An_unfinished_line_is_passed_on_as_far_as_it_has_come()
    {
        await SendAsync("GET /ws?name=Zoë");

        Assert.Equal(Bytes("GET /ws?name=Zo%C3%AB"), await ReadAsync(100));
    }

    [Fact]
    public async Task A_line_of_nothing_but_such_letters_fits_its_buffer_and_is_read_in_pieces()
    {
        await SendAsync(new string('ë', 50), complete: true);

        Assert.Equal(30, (await ReadAsync(30)).Length);
        Assert.Equal(50 * 6 - 30, (await ReadAllAsync()).Length);
    }

    [Fact]
    public async Task Who_reads_into_an_empty_buffer_waits_for_the_first_byte_and_takes_nothing()
    {
        var waiting = _request.ReadAsync(Memory<byte>.Empty).AsTask();
        Assert.False(waiting.IsCompleted);

        await SendAsync(Raw, complete: true);
        Assert.Equal(0, await waiting.WaitAsync(Person.Patience));
        Assert.Equal(Bytes(Encoded), await ReadAllAsync());
    }

    [Fact]
    public async Task A_cancelled_read_ends_and_the_line_is_still_encoded_afterwards()
    {
        using var source = new CancellationTokenSource();
        var reading = _request.ReadAsync(new byte[100], source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Person.Patience));

        await SendAsync(Raw, complete: true);
        Assert.Equal(Bytes(Encoded), await ReadAllAsync());
    }

    private async Task<byte[]> ReadAsync(int most)
    {
        var buffer = new byte[most];
        var read = await _request.ReadAsync(buffer).AsTask().WaitAsync(Person.Patience);
        return buffer[..read];
    }

    private async Task<byte[]> ReadAllAsync()
    {
        using var all = new MemoryStream();
        await _request.CopyToAsync(all).WaitAsync(Person.Patience);
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

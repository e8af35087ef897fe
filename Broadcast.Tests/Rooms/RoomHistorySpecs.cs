using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;
using CsCheck;

namespace Broadcast.Tests.Rooms;

public sealed class RoomHistorySpecs
{
    private static readonly Member Alice = new(new MemberId(1), DisplayName.Anonymous);

    [Fact]
    public void It_gives_back_the_last_facts_that_its_limits_allow_the_latest_first() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 4000], Gen.Int[0, 300].Array[0, 120], Gen.Long[0, 130]).Sample((entries, bytes, lengths, before) =>
        {
            var history = new RoomHistory(entries, bytes);
            for (var i = 0; i < lengths.Length; i++)
            {
                history.Append(new Said(i + 1, Alice, new string('x', lengths[i])), DateTimeOffset.UnixEpoch.AddSeconds(i));
            }

            // By the letter: from the latest backwards for as long as both limits hold, and the latest in any case.
            List<long> kept = [];
            var held = 0;
            for (var i = lengths.Length - 1; i >= 0; i--)
            {
                held += 128 + (2 * lengths[i]);
                if (kept.Count > 0 && (kept.Count == entries || held > bytes))
                {
                    break;
                }

                kept.Add(i + 1);
            }

            var given = history.Before(before).ToList();
            Assert.Equal(kept.Where(seq => seq < before), given.Select(past => past.Fact.Seq));
            Assert.All(given, past => Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(past.Fact.Seq - 1), past.Time));
        });
}

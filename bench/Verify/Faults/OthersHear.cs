using Broadcast.Verify.Orders;

namespace Broadcast.Verify.Faults;

/// <summary>Whispers and refusals that come out otherwise.</summary>
internal static class OthersHear
{
    public static IEnumerable<Fault> All =>
    [
        new("a whisper is heard by another", "it was for", (all, random) =>
        {
            if (Place.Any(all, random, entry => entry is WhisperHeard) is not { } place)
            {
                return false;
            }

            var heard = place.Entry;
            place.Remove();
            all[0].Entries.Add(heard);
            return true;
        }),
        new("a whisper is heard twice", "has heard it already", (all, random) =>
        {
            var place = Place.Any(all, random, entry => entry is WhisperHeard);
            place?.InsertBehind(place.Value.Entry);
            return place is not null;
        }),
        new("nobody has whispered that", "nobody has whispered it", (all, random) =>
        {
            all[random.Next(all.Count)].Entries.Add(new WhisperHeard("Nobody", To: null, "psst #999-1"));
            return true;
        }),
        new("what was refused is said", "it was refused", (all, random) =>
        {
            var place = Place.Any(all, random, entry => entry is Accepted { Seq: not null }, place => IsOfALine(place) && IsOnly(place));
            if (place is { Entry: Accepted accepted } here)
            {
                here.Entry = new Refused("not-allowed", "", accepted.N) { At = accepted.At };
            }

            return place is not null;
        }),
        new("the server breaks RFC 6455", "a frame", (all, random) =>
        {
            all[random.Next(all.Count)].Entries.Add(new Faulty("a frame begins with ffff"));
            return true;
        }),
    ];

    private static bool IsOfALine(Place place) => place.In.Entries.Exists(entry => entry is Spoke spoke && spoke.N == ((Accepted)place.Entry).N);

    private static bool IsOnly(Place place) => place.In.Entries.Count(entry => entry is Accepted accepted && accepted.N == ((Accepted)place.Entry).N) == 1;
}

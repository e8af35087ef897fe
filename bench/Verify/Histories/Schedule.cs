using Broadcast.Verify.Clients;

namespace Broadcast.Verify.Histories;

/// <summary>
/// What is to happen, all of it decided by the seed beforehand, whatever comes of it: the same seed is the same schedule. Only how
/// what several do at once comes to the server one behind the other is left to chance.
/// </summary>
/// <param name="Seed">The seed.</param>
/// <param name="IsChaos">Whether connections break, and the server with them.</param>
/// <param name="Settings">What the server is told.</param>
/// <param name="Steps">What happens; client 0, who sees everything, is in before and leaves behind all of it.</param>
/// <param name="IsDiskSmall">Whether the state is on a disk of its own that can be filled.</param>
internal sealed record Schedule(int Seed, bool IsChaos, Settings Settings, IReadOnlyList<Step> Steps, bool IsDiskSmall)
{
    private const int MostAtOnce = 10;

    public static Schedule Of(int seed, int steps, bool isChaos)
    {
        var random = new Random(seed);
        var settings = Settings.Of(random, isChaos);
        return new Author(random, settings, isChaos).Write(seed, steps);
    }

    // Knows what its people would do if nothing went wrong, so that what it writes mostly makes sense.
    private sealed class Author(Random random, Settings settings, bool isChaos)
    {
        private readonly List<Step> _steps = [];
        private readonly List<Character> _here = [];
        private readonly bool _isDiskSmall = isChaos && random.Next(3) == 0;
        private int _people;

        // Large lines are dear: so many bytes of them are in one history.
        private long _bytesLeft = 2 << 20;

        public Schedule Write(int seed, int steps)
        {
            for (var i = 0; i < 3; i++)
            {
                Come();
            }

            while (_steps.Count < steps)
            {
                Next();
            }

            return new Schedule(seed, isChaos, settings, _steps, _isDiskSmall);
        }

        private void Next()
        {
            var chance = random.Next(1000);
            if (_here.Count < 2 || (chance < 80 && _here.Count < MostAtOnce))
            {
                Come();
                return;
            }

            var who = _here[random.Next(_here.Count)];
            switch (chance)
            {
                case < 480:
                    Speak(who);
                    break;
                case < 540:
                    _steps.Add(new WhisperTo(who.Number, _here[random.Next(_here.Count)].Number, random.Next(100)));
                    break;
                case < 600:
                    _steps.Add(new Rename(who.Number, Vocabulary.Name(random)));
                    break;
                case < 640:
                    _steps.Add(new AskWho(who.Number));
                    break;
                case < 670:
                    _steps.Add(new AskHistory(who.Number, random.Next(3) == 0 ? null : random.Next(1, 60), random.Next(2) == 0 ? null : random.Next(50)));
                    break;
                case < 700:
                    _steps.Add(new Oddity(who.Number, random.Next(56)));
                    break;
                case < 750:
                    Leave(who);
                    break;
                case < 830:
                    Break(who);
                    break;
                case < 880:
                    Slow(who);
                    break;
                case < 900 when isChaos:
                    Disaster();
                    break;
                case < 930 when isChaos:
                    _steps.Add(new Cut(who.Number, new Fate((Harm)random.Next(3), random.Next(2) == 0, random.Next(4) switch { 0 => random.Next(4), 1 => random.Next(200), _ => random.Next(5000) })));
                    break;
                default:
                    _steps.Add(new Wait(random.Next(10) == 0 ? random.Next(400) : random.Next(15)));
                    break;
            }
        }

        private void Come()
        {
            var who = new Character(++_people, random.Next(2) == 0);
            _here.Add(who);
            _steps.Add(new Come(who.Number, who.IsPlain, Vocabulary.Name(random), random.Next(3) == 0, random.Next(2) == 0));
        }

        private void Speak(Character who)
        {
            var bytes = random.Next(12) switch { 0 => settings.MessageBytes, 1 => random.Next(1, settings.MessageBytes + 1), 2 => random.Next(1, 2000), _ => 0 };
            var lines = random.Next(10) == 0 ? random.Next(1, 40) : random.Next(1, 4);
            lines = (int)Math.Clamp(bytes == 0 ? lines : _bytesLeft / bytes, 1, lines);
            if (bytes > 0 && (_bytesLeft -= (long)bytes * lines) < 0)
            {
                bytes = 0;
            }

            _steps.Add(new Speak(who.Number, lines, random.Next(1000), Math.Min(bytes, settings.MessageBytes), random.Next(8) == 0));
        }

        private void Leave(Character who)
        {
            ReadOn(who);
            _here.Remove(who);
            var how = random.Next(12) == 0 ? Exit.Offence : (Exit)random.Next(4);
            if (who.IsAway)
            {
                _steps.Add(random.Next(2) == 0 ? new Forget(who.Number) : new ComeBack(who.Number));
            }

            _steps.Add(!who.IsPlain && how is Exit.Finish or Exit.Reset && random.Next(2) == 0 && !who.IsPlain ? new Forget(who.Number) : new Leave(who.Number, how));
        }

        private void Break(Character who)
        {
            if (who.IsPlain)
            {
                Speak(who);
            }
            else if (who.IsAway || random.Next(4) == 0)
            {
                who.IsAway = who.IsStalled = false;
                _steps.Add(new ComeBack(who.Number));
            }
            else
            {
                who.IsAway = true;
                who.IsStalled = false;
                _steps.Add(new Drop(who.Number, random.Next(2) == 0 ? Exit.Finish : Exit.Reset));
            }
        }

        private void Slow(Character who)
        {
            if (who.IsStalled)
            {
                ReadOn(who);
            }
            else if (!who.IsAway)
            {
                who.IsStalled = true;
                _steps.Add(new StopReading(who.Number));
            }
        }

        private void ReadOn(Character who)
        {
            if (who.IsStalled)
            {
                who.IsStalled = false;
                _steps.Add(new ReadOn(who.Number));
            }
        }

        private void Disaster() => _steps.Add(random.Next(_isDiskSmall ? 5 : 4) switch
        {
            0 => new Terminate(random.Next(100)),
            1 => new Freeze(random.Next(50, 1500)),
            4 => new FillDisk(random.Next(20_000), 2000),
            _ => new Kill(random.Next(2) == 0 ? 0 : random.Next(1, 300), random.Next(100)),
        });

        private sealed class Character(int number, bool isPlain)
        {
            public int Number { get; } = number;

            public bool IsPlain { get; } = isPlain;

            public bool IsAway { get; set; }

            public bool IsStalled { get; set; }
        }
    }
}

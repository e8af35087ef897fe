using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Rooms;

/// <content>What is numbered is carried out once, and answered the same however often it comes.</content>
public sealed partial class RoomActor
{
    // Whether a numbered frame is to be carried out. One that has been answered is answered again.
    private bool IsNew(Seat seat, long? n)
    {
        if (n is not { } number || seat.Answers is not { } answers)
        {
            return true;
        }

        switch (answers.Find(number))
        {
            case Unheard:
                return true;
            case Again(var answer):
                TellAnswer(seat, number, answer);
                break;
            default:
                TellPrivately(seat, seat.Voice.Refusal(ErrorCode.BadRequest, Sentences.NumberForgotten, n));
                break;
        }

        _outbox.Tell(Sender, Taken.Instance);
        return false;
    }

    // A refusal without a word is of one who is gone already.
    private void Refuse(Seat seat, long? n, Refused refused)
    {
        if (refused is { Why: { } why, Code: { } code })
        {
            if (n is null)
            {
                TellPrivately(seat, seat.Voice.Refusal(code, why, n));
            }

            Answer(seat, n, new Erred(code, why));
        }

        _outbox.Tell(Sender, Taken.Instance);
    }

    private void Answer(Seat seat, long? n, Answer answer)
    {
        if (n is { } number && seat.Answers is not null)
        {
            _state.Answer(seat, number, answer);
            TellAnswer(seat, number, answer);
        }
    }

    private void TellAnswer(Seat seat, long n, Answer answer) => TellPrivately(seat, answer switch
    {
        Acked acked => seat.Voice.Accepted(n, acked.Seq),
        Erred erred => seat.Voice.Refusal(erred.Code, erred.Text, n),
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "An answer that there is no frame for."),
    });
}

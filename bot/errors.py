"""Every error this project raises itself. Owns the tree; knows nothing of who raises what.

    KiemError
      +- RefusedStart             Kiem does not start, for a reason the operator can mend
      |    +- BrokenSetting         a setting has a value it cannot take
      |    +- WrongMachine          wrong Python, or a processor the encoder cannot run on
      |    +- NoModel               no trained model, or one that does not load
      |    +- PortTaken             something else listens there
      |    +- DatabaseUnreachable   the database or Redis does not answer, or it belongs to another master key
      +- EncoderUnavailable       a sentence encoder cannot be built, loaded or run
      +- BrokenKnowledge          a file of `knowledge/` cannot be read or breaks its schema
      +- BrokenCases              a case file cannot be read
      +- BadMessage               what came in is no message (the sender's mistake: a 4xx)
      +- UnknownPerson            no person has that pseudonym
      +- UnknownSignal            there is no such signal, or it is not in a state for what was asked
      +- UnknownMember            nobody of the care team has that name
      +- NotDelivered             an alert could not be handed over; it stays in the outbox

A message says what is wrong and what to do next.
"""


class KiemError(Exception):
    """The root: everything the project raises on purpose."""


class RefusedStart(KiemError):
    """Kiem does not start; the message says what to mend."""


class BrokenSetting(RefusedStart):
    """A setting has a value it cannot take."""


class WrongMachine(RefusedStart):
    """The Python version or the processor does not fit."""


class NoModel(RefusedStart):
    """There is no trained model, or it does not load."""


class PortTaken(RefusedStart):
    """Another process listens on the port."""


class DatabaseUnreachable(RefusedStart):
    """The database or Redis does not answer, or its people were sealed with another master key."""


class EncoderUnavailable(KiemError):
    """A sentence encoder cannot be built, loaded or run on this machine."""


class BrokenKnowledge(KiemError):
    """A file of the knowledge cannot be read; the message names file and place."""


class BrokenCases(KiemError):
    """A case file cannot be read; the message names file and line."""


class BadMessage(KiemError):
    """What came in is no message: the sender's mistake."""


class UnknownPerson(KiemError):
    """No person has that pseudonym."""


class UnknownSignal(KiemError):
    """There is no such signal, or somebody was first: the message says which."""


class UnknownMember(KiemError):
    """Nobody of the care team has that name, or the shift does not exist."""


class NotDelivered(KiemError):
    """An alert could not be handed over. It is tried again."""

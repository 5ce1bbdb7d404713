"""What makes a password good enough, how it is kept, and how it is compared.

The National Cyber Security Centre advises length, for instance three random words, and a list of those to refuse,
against rules about digits and signs ("Password policy: updating your approach"). bcrypt reads 72 bytes and no more, so
that a longer one is refused and not cut off silently. A hash is a plain bcrypt hash of the password in Unicode's
composed form (NFC), as other tools read and write it.
"""

from __future__ import annotations

import string
import unicodedata

import bcrypt

from kpi_engine.errors import PeopleError

FEWEST = 12
MOST_BYTES = 72
COST = 12
"""bcrypt's work factor: a guess takes about a quarter of a second on a small server."""

_DIFFERENT = 5
_AROUND = string.digits + string.punctuation + string.whitespace
_FREQUENT = """
1q2w3e4r5t6y 1qaz2wsx3edc abc abcabcabcabc abcd abcdef abcdefgh abcdefghijkl academies academy academytrust admin
administrator aq12wsx asdfghjkl asdfghjklqwe baseball changeme changemenow changemeplease chelsea
correcthorsebatterystaple dashboard default dragon education england everton executive football governor guest
headteacher iloveyou letmein letmeinnow liverpool login manchester manchesterunited master monkey multiacademytrust
newpassword ofsted p@ssw0rd p@ssword passpasspass passphrase passw0rd password password1password passwordpassword
passwordpasswordpassword passwort primaryschool princess q2w3e4r q2w3e4r5t q2w3e4r5t6y qaz2wsx qaz2wsx3edc qazwsx
qazwsxedc qwerty qwertyqwerty qwertyuiop qwertyuiopas qwertyuiopasdf qwertyuiopasdfghjkl school schoolschool
secondaryschool secret secretpassword starwars summer sunshine superman supersecret temporary temppassword test
testtest testtesttest thisisapassword threerandomwords trustkpi trustno welcome welcomeback welcomewelcome winter
zaq12wsx zxcvbnm zxcvbnmasdfg
"""
"""What people choose most, without the digits and signs around it."""
_COMMON = frozenset(_FREQUENT.split())
_SEQUENCES = ("01234567890123456789012345678901234567890", "98765432109876543210987654321098765432109")


def checked(password: str, user: str) -> str:
    """The password in the form in which it is kept; PeopleError, which never repeats it, says what it lacks."""
    text = unicodedata.normalize("NFC", password)
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise PeopleError("the password holds a character that cannot be typed everywhere; choose another")
    if len(text) < FEWEST:
        raise PeopleError(
            f"the password has {len(text)} characters and needs {FEWEST} at least; three random words make a good one"
        )
    size = len(text.encode("utf-8"))
    if size > MOST_BYTES:
        raise PeopleError(
            f"the password takes {size} bytes and {MOST_BYTES} are the most (a letter with an accent takes two); "
            "choose a shorter one"
        )
    lower = text.casefold()
    core = lower.strip(_AROUND)
    own = {part.strip(_AROUND) for part in (user, user.partition("@")[0])} | {user}
    if {lower, core} & own - {""}:
        raise PeopleError("the password is the user name, or nearly; choose another")
    if (
        {lower, core, core.replace(" ", "")} & _COMMON
        or len(set(lower)) < _DIFFERENT
        or any(lower in sequence for sequence in _SEQUENCES)
    ):
        raise PeopleError("the password is among those that are guessed first; three random words make a good one")
    return text


def hashed(password: str, cost: int = COST) -> str:
    """The bcrypt hash of a password that ``checked`` has returned."""
    return bcrypt.hashpw(password.encode("utf-8"), bcrypt.gensalt(cost)).decode("ascii")


def matches(password: str, kept: str | None, cost: int = COST) -> bool:
    """Whether it is the password of a hash; one comparison is made in any case, also without a hash.

    So an unknown user's answer takes as long as a known one's, and so does a password that cannot be anybody's.
    """
    text = unicodedata.normalize("NFC", password)
    content = text.encode("utf-8", "surrogatepass")
    possible = len(content) <= MOST_BYTES and "\0" not in text
    against = kept if kept is not None else f"$2b${cost:02d}${'.' * 53}"
    fits = bcrypt.checkpw(content if possible else b"", against.encode("ascii"))
    return fits and possible and kept is not None

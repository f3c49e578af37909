"""General: words of reporting that name nothing on a page and claim nothing by themselves: hedges, connectives, manner.

What is said of how sure, in which respect, or at which point of a visit. Words that judge, count, compare or deny are
not here: their own checks answer for them. Nor are words a page may have a thing of (an account, a note, a summary).
"""

from __future__ import annotations

from typing import Final

GENERAL: Final = frozenset(
    # nouns of reporting: what was done or seen, without saying which
    "absence act acts approach arrival aspect aspects background basis behalf circumstance circumstances combination"
    " conclusion conditions consequence continuation departure difference effort efforts encounter episode event"
    " execution existence experience exploration extent feature fashion gesture handling implementation indication"
    " instance interim lack logic look matter means mention movement movements nature observation occasion occurrence"
    " onset outset overview pace passage pattern phase phases portion presence proportion reappearance recap"
    " recurrence reference reminder remark repetition repetitions respect scenario scope sense situation spot stage"
    " stages standstill stint succession symptom transition turn turns usage vicinity whole workflow attention"
    " acknowledgement acknowledgment notification notifications refusals rejections failures"
    # adverbs and connectives: manner, degree, place in the telling
    " additionally alternatively anyway basically broadly chiefly collectively completely concretely conversely"
    " distinctly duly elsewhere essentially evidently explicitly fairly hereby herein incidentally inherently"
    " interestingly jointly largely literally markedly midway mostly mutually naturally noticeably nominally"
    " ordinarily outright overly partway plainly practically predominantly presumably principally purely readily"
    " reportedly seemingly significantly simultaneously somewhat strikingly substantially sufficiently supposedly"
    " technically temporarily thereby together tolerably unambiguously undoubtedly verbatim virtually visually"
    " manually freshly anew actively duly accordingly vainly"
    # adjectives that only place or point
    " accompanying adjacent alternative applicable associated brief chosen closing combined complementary concluding"
    " concerned corresponding dedicated designated displayed eventual evident extra familiar identical inner"
    " interactive introductory involved latest listed lone mere minor named nominal opening outer peculiar preceding"
    " preliminary presented primary principal prompted provided similar singular solitary surrounding underlying"
    " masked upcoming ensuing resultant brand related"
    # prepositions and particles beyond those of grammar
    " amongst amidst alongside versus atop onwards onward henceforth thenceforth wherein whereby whereupon thereupon"
    " sits albeit notwithstanding considering pending".split()
)

"""Rasa custom actions, thin: they choose what to say from `knowledge` and change what `people` holds.

The same classes run in Kiem's process and under `rasa run actions --actions actions`.
"""

from actions.answer import ActionAnswer
from actions.feedback import ActionFeedback, ActionFeedbackReason
from actions.human import ActionAskHuman
from actions.language import ActionChangeLanguage, ActionChooseLanguage
from actions.parts import ActionMore, ActionRegion, ActionServices, ActionSimpler, ActionWhichNumber
from actions.paths import ActionReferralPath
from actions.privacy import ActionConfirmExport, ActionConfirmForget, ActionExportData, ActionForgetMe, ActionRemember
from actions.replies import ActionAffirm, ActionDeny
from actions.services import ActionNextServices, ActionWhatToSay

__all__ = [
    "ActionAffirm",
    "ActionAnswer",
    "ActionAskHuman",
    "ActionChangeLanguage",
    "ActionChooseLanguage",
    "ActionConfirmExport",
    "ActionConfirmForget",
    "ActionDeny",
    "ActionExportData",
    "ActionFeedback",
    "ActionFeedbackReason",
    "ActionForgetMe",
    "ActionMore",
    "ActionNextServices",
    "ActionReferralPath",
    "ActionRegion",
    "ActionRemember",
    "ActionServices",
    "ActionSimpler",
    "ActionWhatToSay",
    "ActionWhichNumber",
]

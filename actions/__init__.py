"""Rasa custom actions, thin: they choose what to say from `knowledge` and change what `people` holds.

The same classes run in Kiem's process and under `rasa run actions --actions actions`.
"""

from actions.answer import ActionAnswer
from actions.checkin.closing import ActionCloseCheckin
from actions.checkin.form import ValidateCheckinForm
from actions.checkin.inviting import ActionInvite, ActionLoss
from actions.checkin.report import ActionCloseReport, ActionReportFamily, ValidateReportForm
from actions.checkin.start import ActionStartCheckin
from actions.checkin.summary import ActionCheckinSummary
from actions.feedback import ActionFeedback, ActionFeedbackReason
from actions.human import ActionAskHuman
from actions.language import ActionChangeLanguage, ActionChooseLanguage
from actions.parts import ActionMore, ActionRegion, ActionServices, ActionSimpler, ActionWhichNumber
from actions.privacy import ActionConfirmExport, ActionConfirmForget, ActionExportData, ActionForgetMe, ActionRemember
from actions.replies import ActionAffirm, ActionDeny

__all__ = [
    "ActionAffirm",
    "ActionAnswer",
    "ActionAskHuman",
    "ActionChangeLanguage",
    "ActionCheckinSummary",
    "ActionChooseLanguage",
    "ActionCloseCheckin",
    "ActionCloseReport",
    "ActionConfirmExport",
    "ActionConfirmForget",
    "ActionDeny",
    "ActionExportData",
    "ActionFeedback",
    "ActionFeedbackReason",
    "ActionForgetMe",
    "ActionInvite",
    "ActionLoss",
    "ActionMore",
    "ActionRegion",
    "ActionRemember",
    "ActionReportFamily",
    "ActionServices",
    "ActionSimpler",
    "ActionStartCheckin",
    "ActionWhichNumber",
    "ValidateCheckinForm",
    "ValidateReportForm",
]

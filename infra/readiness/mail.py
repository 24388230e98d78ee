"""Whether SES sends what the stage wants to send. https://docs.aws.amazon.com/ses/latest/dg/"""

from infra.readiness.found import Clients, InTheWay
from infra.sender import identities
from infra.stage import Stage


def mails_can_be_sent(stage: Stage, clients: Clients) -> str:
    if stage.mail_from is None:
        return "no mails: the stage has no mail_from"
    verified = [name for name in identities(stage.mail_from) if _is_verified(clients, name)]
    if not verified:
        raise InTheWay(
            f"SES knows neither {stage.mail_from} nor its domain as verified: aws sesv2 "
            f"create-email-identity --email-identity {stage.mail_from}, and follow its mail."
        )
    account = clients("sesv2").get_account()
    if not account["SendingEnabled"]:
        raise InTheWay("SES has suspended sending for this account: see its console.")
    sandbox = "" if account["ProductionAccessEnabled"] else "; SANDBOX: to verified addresses only"
    return f"mails from {stage.mail_from}, verified as {verified[0]}{sandbox}"


def _is_verified(clients: Clients, identity: str) -> bool:
    ses = clients("sesv2")
    try:
        return bool(ses.get_email_identity(EmailIdentity=identity)["VerifiedForSendingStatus"])
    except ses.exceptions.NotFoundException:
        return False

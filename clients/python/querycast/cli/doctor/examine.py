"""The checks in their order; what needs another that failed is skipped."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from querycast.cli.doctor import api, sign_in, stack
from querycast.cli.doctor.compatible import look_at_versions
from querycast.cli.doctor.finding import Failed, Finding, Outcome, Skipped
from querycast.cli.doctor.patient import Patient
from querycast.errors import QuerycastError

CHECK_SECONDS = 20


@dataclass(frozen=True)
class Check:
    """look: answers what it found, or raises Failed or Skipped. needs: the checks it builds on."""

    name: str
    look: Callable[[Patient], Awaitable[str]]
    needs: tuple[str, ...] = ()


CHECKS = (
    Check("stack", stack.look_at_outputs),
    Check("api", api.look_at_api, ("stack",)),
    Check("tls", api.look_at_tls, ("stack",)),
    Check("clock", api.look_at_clock, ("api",)),
    Check("sign-in", sign_in.look_at_sign_in, ("stack",)),
    Check("reports", sign_in.look_at_reports, ("api", "sign-in")),
    Check("push", sign_in.look_at_push, ("api", "sign-in")),
    Check("version", look_at_versions, ("api", "sign-in")),
)


async def findings(outputs: Path | None) -> AsyncGenerator[Finding]:
    """What each check finds in the set-up that has this outputs file; None: as all commands."""
    patient = Patient(outputs)
    unwell: set[str] = set()
    try:
        for check in CHECKS:
            cause = next((name for name in check.needs if name in unwell), None)
            finding = await _finding(check, patient) if cause is None else _skipped(check, cause)
            if finding.outcome is Outcome.FAILED or cause is not None:
                unwell.add(check.name)
            yield finding
    finally:
        await patient.close()


async def _finding(check: Check, patient: Patient) -> Finding:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return Finding(check.name, Outcome.OK, await check.look(patient))
    except Failed as failed:
        return Finding(check.name, Outcome.FAILED, str(failed), failed.next_step)
    except Skipped as skipped:
        return Finding(check.name, Outcome.SKIPPED, str(skipped))
    except TimeoutError:
        found = f"no answer within {CHECK_SECONDS} s"
        return Finding(check.name, Outcome.FAILED, found, "Look at the network, or try again.")
    except QuerycastError as error:
        return Finding(check.name, Outcome.FAILED, error.line, "Try again; then ask its operator.")


def _skipped(check: Check, cause: str) -> Finding:
    return Finding(check.name, Outcome.SKIPPED, f"needs {cause} to be well")

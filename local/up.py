"""`make up`: from nothing, or from whatever is left, to a running stack with data and users.

Every step first looks whether it is done already, so a second `up` changes nothing, and one after a
crash does only what is missing.
"""

import json
import os
import time

from local.assembly import StackAssembly, read_assembly
from local.aws import use_local_aws
from local.checks import check_machine
from local.deploy import deploy
from local.errors import NotReady
from local.files import read_json
from local.fill import fill
from local.health import is_running, servers, status, wait_for, wait_for_server
from local.lock import Locked, take_lock
from local.mend import mend
from local.outputs import demo_passwords, stack_outputs, write_outputs
from local.progress import say, step
from local.pump.pump import checkpoint_file, mappings_file
from local.scheduler.scheduler import has_read_schedules
from local.settings import Settings
from local.start import check_same_settings, has_old_code, start_servers, stop_servers
from local.users import DEMO_USERS, ensure_demo_users


def up(settings: Settings) -> None:
    """
    Raises:
        LocalError: what is in the way, and the next step.
    """
    check_machine(settings)
    assembly = read_assembly(settings.assembly)
    use_local_aws(settings)
    try:
        with take_lock(settings.state / "up.lock"):
            started = run_servers(settings)
            deployed = deploy_stack(settings, assembly)
            deployed_at = time.time()
            changed = make_users(settings, assembly.name)
            fill()
            with step("Wait for AppSync and function URLs"):
                since = deployed_at if deployed else 0.0
                wait_for(lambda: appsync_has_read(settings, since), settings, "appsync")
                wait_for_server(settings, "function-urls")
    except Locked as error:
        raise NotReady("Another `make up` is at work here: wait until it has ended.") from error
    conclude(settings, changed=started or deployed or changed)


def run_servers(settings: Settings) -> bool:
    """Whether any had to be started."""
    started = False
    if is_running(settings):
        check_same_settings(settings)
        if has_old_code(settings):
            with step("Stop the servers, whose code has changed"):
                stop_servers(settings)
    with step("Start the servers") as result:
        if is_running(settings):
            result.note = "running"
        else:
            start_servers(settings)
            started = True
        wait_for_server(settings, "aws")
        wait_for_server(settings, "redshift")
    return started


def deploy_stack(settings: Settings, assembly: StackAssembly) -> bool:
    """Whether anything had to change."""
    with step(f"Deploy {assembly.name}") as result:
        result.note = deploy(assembly)
    with step("Mend what the emulator drops") as mending:
        mended = mend(assembly, settings)
        wait_for(lambda: pump_serves_all(settings), settings, "pump")
        wait_for(lambda: scheduler_serves(settings), settings, "scheduler")
        mending.note = f"{len(mended)} mended" if mended else "unchanged"
    return result.note != "unchanged" or bool(mended)


def appsync_has_read(settings: Settings, since: float) -> bool:
    """Whether it serves what was defined then, in seconds since 1970, or later."""
    health = servers(settings)["appsync"].health()
    return health is not None and float(json.loads(health)["readAt"]) >= since


def pump_serves_all(settings: Settings) -> bool:
    mappings = read_json(mappings_file(settings.pump)) or []
    return all(checkpoint_file(settings.pump, each["UUID"]).exists() for each in mappings)


def scheduler_serves(settings: Settings) -> bool:
    """Whether the one that runs now has read the schedules; it looks for changes every second."""
    pid = status(settings).get("programs", {}).get("scheduler", {}).get("pid")
    return pid is not None and has_read_schedules(settings.scheduler, pid)


def make_users(settings: Settings, stack: str) -> bool:
    """Whether anyone, or anything of the outputs, is new."""
    with step("Make demo users") as result:
        outputs = stack_outputs(stack)
        passwords = demo_passwords(settings.outputs)
        users, changed = ensure_demo_users(outputs["userPoolId"], passwords)
        written = write_outputs(settings, outputs, users)
        result.note = "done" if changed or written else "unchanged"
    return changed or written


def conclude(settings: Settings, *, changed: bool) -> None:
    user = next(iter(DEMO_USERS))
    say("")
    say("Querycast is running." if changed else "Querycast is running; nothing had to be changed.")
    say(f"  Open     http://localhost:{settings.port}/")
    say(f"  GraphQL  http://localhost:{settings.port}/graphql")
    say(f"  TLS      https://localhost:{settings.tls_port}/graphql; {trust(settings)}")
    say(f"  Sign in  {user}; its password is in {shown(settings.outputs)}")
    say(f"  Mails    {shown(settings.mail)}/")
    say("Try: .venv/bin/querycast run taxi_by_day month=2015-06")


def trust(settings: Settings) -> str:
    """How a client comes to believe the certificate."""
    return f"Node trusts it with NODE_EXTRA_CA_CERTS={shown(settings.ca_certificate)}"


def shown(path: os.PathLike[str]) -> str:
    """Relative to where the reader stands, if that is shorter."""
    return min(str(path), os.path.relpath(path), key=len)

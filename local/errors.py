"""What can be in the way of a local stack; each message says what to do about it.

LocalError
    SettingsError       a setting has a value that cannot work
    NotReady            the machine, a server or a step is not as it must be
    AssemblyError       nothing was synthesised that could be deployed
    DeploymentFailed    CloudFormation refused, or rolled back
    MappingError        an event source mapping asks for what the pump cannot do
        FilterError     one of its filter patterns does
    ScheduleError       a schedule of the template would never run
"""


class LocalError(Exception):
    """The command ends with this message, and no traceback."""


class SettingsError(LocalError):
    """A setting has a value that cannot work; the message names the variable and the rule."""


class NotReady(LocalError):
    """The stack cannot start or go on here; the message says why, and the next step."""


class AssemblyError(LocalError):
    """There is no assembly that can be deployed; the message says which and what to run."""


class DeploymentFailed(LocalError):
    """CloudFormation refused or rolled back; the message has its reasons."""


class MappingError(LocalError):
    """An event source mapping that this pump cannot serve; the message names it."""


class FilterError(MappingError):
    """A filter pattern that this pump cannot apply; the message names it."""


class ScheduleError(LocalError):
    """A schedule that AWS would refuse, too; the message names it and says what is wrong."""

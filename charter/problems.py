"""What stops a command before it can work, told in one sentence to the person who typed it."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the command `charter`; they are documented in its help."""

    OK = 0
    FAILED = 1
    USAGE = 2
    SETTINGS = 3
    ENVIRONMENT = 4
    DATABASE = 5
    NEWER_DATA = 6
    CHECKS = 7


class Problem(Exception):
    """One clear sentence, and the exit code of the command it stops."""

    exit = Exit.FAILED


class SettingsProblem(Problem):
    """A setting is missing, malformed, or too weak for production."""

    exit = Exit.SETTINGS


class EnvironmentProblem(Problem):
    """The machine refuses what is needed: a port, a folder, a program."""

    exit = Exit.ENVIRONMENT


class DatabaseProblem(Problem):
    """The database cannot be reached, or does not start."""

    exit = Exit.DATABASE


class NewerDataProblem(Problem):
    """The data were written by a newer version than this one."""

    exit = Exit.NEWER_DATA

"""Tasks for the tests of the queue; worker processes of a test import them by this name."""

import os
import time
from pathlib import Path

from django_tasks import task

from xingke.errors import PermanentError, UserFacingError
from xingke.words import both
from xingke_web.accounts.models import User
from xingke_web.jobs.current import progress


@task
def add(a, b):
    return a + b


@task
def count_up(path, steps, pause):
    with Path(path).open("a") as stream:
        stream.write(f"start {os.getpid()}\n")
    for step in range(steps):
        progress(step, steps, both("计数", "counting"))
        time.sleep(pause)
    with Path(path).open("a") as stream:
        stream.write("end\n")
    return steps


@task
def break_down(secret):
    raise RuntimeError(f"the value is {secret}")


@task
def refuse():
    raise UserFacingError(zh="文件为空", en="the file is empty")


@task
def never_again():
    raise PermanentError("no")


@task(takes_context=True)
def attempt_number(context):
    return context.attempt


@task
def ask_people():
    return User.objects.count()

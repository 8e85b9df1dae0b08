"""`freehold rollout`: a route moves to another provider step by step; in the data folder, with a server running or not.

Only a running server measures, looks at the gates and moves a rollout on or back.
"""

import argparse
import asyncio

from freehold.api.rollout_items import Names, shown
from freehold.app import SCHEMAS, data_folder
from freehold.cli.accounts_visit import print_json
from freehold.cli.gateway_visit import ModelsOnDisk, add_act, print_table, visit_gateway
from freehold.cli.options import read_settings
from freehold.cli.rollout_plan import add_plan_options, plan_of
from freehold.cli.rollout_status import (
    console,
    is_over,
    moment,
    next_steps,
    percent,
    screen,
    sentence,
    step_name,
    track,
    view,
)
from freehold.cli.rollout_visit import visit_rollouts
from freehold.contracts.audit import COMMAND_LINE
from freehold.contracts.errors import NotFound
from freehold.foundation.settings import Settings
from freehold.rollouts.report import Report, report_of
from freehold.rollouts.rollouts import MAX_HISTORY, Rollouts
from freehold.rollouts.store import Record

EXAMPLES = """\
  freehold rollout plan own-chat --route gpt-4o-mini --candidate local/starter
  freehold rollout plan own-chat --steps 0:200,0.01:100:600,0.1,0.5!,1 --gate error_rate --gate ttft_seconds=0.2,0.5
  freehold rollout plan own-chat --gate quality=0.1 --judge gpt-4o --mirror-budget 5
  freehold rollout start own-chat
  freehold rollout status own-chat --follow
  freehold rollout pause own-chat
  freehold rollout abort own-chat                       every server sends everything back within two seconds
  freehold rollout status own-chat --json | jq '.plan.mirror.at_once = 8' | freehold rollout plan again --from -
  freehold rollout history own-chat"""

FOLLOW_SECONDS = 1.0
ACTS = {
    "start": "begin the first step",
    "pause": "stay at this share, and measure nothing",
    "resume": "go on with the step that was paused",
    "abort": "send everything back to the control",
    "promote": "move everything to the candidate now, whatever the gates say",
    "close": "end a promoted rollout; the route answers as it is set from then on",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command per act."""
    words = ("list", "status", "history", "plan", *ACTS, "delete")
    acts = parser.add_subparsers(dest="act", required=True, metavar="|".join(words))
    add_act(acts, "list", _list, "all rollouts")
    act = add_act(acts, "status", _status, "one rollout: its step, and each gate with the evidence")
    act.add_argument("name", metavar="NAME")
    text = "show it until it ends; the exit status is 1 when it was rolled back or aborted"
    act.add_argument("--follow", action="store_true", help=text)
    act = add_act(acts, "history", _history, "every move of a rollout, who made it, and why")
    act.add_argument("name", metavar="NAME")
    act.add_argument("--limit", type=int, default=100, metavar="N", help="how many at most (default: %(default)s)")
    act = add_act(acts, "plan", _plan, "plan a rollout, or change what is given while it has not begun; moves nothing")
    act.add_argument("name", metavar="NAME", help="what the rollout is called: small letters, digits, dots, dashes")
    add_plan_options(act)
    for word, text in ACTS.items():
        add_act(acts, word, _act, text).add_argument("name", metavar="NAME")
    act = add_act(acts, "delete", _delete, "forget a rollout that has ended or not begun, with all that it measured")
    act.add_argument("name", metavar="NAME")


def run(arguments: argparse.Namespace) -> int:
    """Open the database, do it, close."""
    return asyncio.run(arguments.do(arguments, read_settings(arguments, SCHEMAS)))


async def _plan(arguments: argparse.Namespace, settings: Settings) -> int:
    local = ModelsOnDisk(data_folder(settings))
    async with visit_gateway(settings) as configuration, visit_rollouts(settings) as visit:
        before = await _planned(visit.rollouts, arguments.name)
        plan = plan_of(arguments, before.plan if before else None)
        record = await visit.changes.put(arguments.name, plan, Names.of(configuration, local), COMMAND_LINE)
        return await _told(visit.rollouts, record, arguments)


async def _planned(rollouts: Rollouts, name: str) -> Record | None:
    """The rollout of this name, if there is one that has not begun."""
    try:
        record = await rollouts.get(name)
    except NotFound:
        return None
    return record if record.progress.state == "planned" else None


async def _act(arguments: argparse.Namespace, settings: Settings) -> int:
    async with visit_rollouts(settings) as visit:
        record = await visit.changes.act(arguments.name, arguments.act, COMMAND_LINE)
        return await _told(visit.rollouts, record, arguments)


async def _delete(arguments: argparse.Namespace, settings: Settings) -> int:
    async with visit_rollouts(settings) as visit:
        await visit.changes.remove(arguments.name, COMMAND_LINE)
    if arguments.json:
        print_json({"deleted": arguments.name})
    else:
        print(f"Deleted the rollout '{arguments.name}'.")
    return 0


async def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    async with visit_rollouts(settings) as visit:
        records = await visit.rollouts.store.all()
        told = [await shown(visit.rollouts, record) for record in records]
    if arguments.json:
        print_json(told)
        return 0
    reports = [report_of(record, ()) for record in records]
    print_table(("NAME", "ROUTE", "CANDIDATE", "STATE", "STEP", "SHARE", "SINCE"), [_row(one) for one in reports])
    return 0


def _row(report: Report) -> list[str]:
    plan, state = report.plan, report.state.replace("_", " ")
    step = f"{report.step + 1}/{len(plan.steps)} {step_name(plan.steps[report.step])}"
    return [report.name, plan.route, plan.candidate, state, step, percent(report.share), moment(report.since)]


async def _status(arguments: argparse.Namespace, settings: Settings) -> int:
    async with visit_rollouts(settings) as visit:
        if arguments.follow:
            return await _follow(visit.rollouts, arguments)
        report = await _report(visit.rollouts, arguments.name)
    if arguments.json:
        print_json(report)
    else:
        console().print(view(report))
    return 0


async def _follow(rollouts: Rollouts, arguments: argparse.Namespace) -> int:
    with screen(as_json=arguments.json) as show:
        while True:
            report = await _report(rollouts, arguments.name)
            show(report)
            if is_over(report):
                return 1 if report.state in ("aborted", "rolled_back") else 0
            await asyncio.sleep(FOLLOW_SECONDS)


async def _report(rollouts: Rollouts, name: str) -> Report:
    return report_of(await rollouts.get(name), await rollouts.store.sums(name))


async def _history(arguments: argparse.Namespace, settings: Settings) -> int:
    limit = max(1, min(arguments.limit, MAX_HISTORY))
    async with visit_rollouts(settings) as visit:
        record = await visit.rollouts.get(arguments.name)
        events = await visit.rollouts.store.history(record.name, limit)
    if arguments.json:
        print_json(events)
        return 0
    rows = [
        [moment(one.at), one.action, one.actor, f"{one.from_state} → {one.to_state}", f"{one.step + 1}", one.reason]
        for one in events
    ]
    print_table(("AT (UTC)", "WHAT", "WHO", "STATE", "STEP", "WHY"), rows)
    return 0


async def _told(rollouts: Rollouts, record: Record, arguments: argparse.Namespace) -> int:
    """Say where the rollout stands now, and what to do next."""
    if arguments.json:
        print_json(await shown(rollouts, record))
        return 0
    report = report_of(record, ())
    print(f"{sentence(report)}\n  {track(report)}\n{next_steps(report)}")
    if not is_over(report) and report.state != "planned":
        print("A running server follows within two seconds; without one nothing moves.")
    return 0

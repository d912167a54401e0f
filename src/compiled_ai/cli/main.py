"""The command ``compiled-ai``. Commands live in modules of their own and import what they need when they run."""

from __future__ import annotations

import os
import sys

import typer

from compiled_ai.cli import (
    audit_command,
    bench_command,
    cases_command,
    compile_command,
    datasets_command,
    demo_command,
    doctor_command,
    evolve_command,
    explain_command,
    export_command,
    inspect_command,
    monitor_command,
    report_command,
    review_command,
    rollback_command,
    run_command,
    scan_command,
    schema_command,
    submit_command,
    templates_command,
    templates_search,
    tools_command,
    validate_command,
    worker_command,
)
from compiled_ai.cli._exit import EXIT_CODES, guarded

app = typer.Typer(
    name="compiled-ai",
    help="Compile repeated AI work: a model writes the code once, four validation stages check it, then it runs without a model.",
    epilog="Exit codes: " + ", ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items()) + ".",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("compile")(guarded(compile_command.compile_command))
app.command("run")(guarded(run_command.run_command))
app.command("review")(guarded(review_command.review_command))
app.command("validate")(guarded(validate_command.validate_command))
app.command("inspect")(guarded(inspect_command.inspect_command))
app.command("monitor")(guarded(monitor_command.monitor_command))
app.command("explain")(guarded(explain_command.explain_command))
app.command("verify-log")(guarded(explain_command.verify_log_command))
app.command("evolve")(guarded(evolve_command.evolve_command))
app.command("rollback")(guarded(rollback_command.rollback_command))
app.command("scan")(guarded(scan_command.scan_command))
app.command("schema")(guarded(schema_command.schema_command))
app.command("worker")(guarded(worker_command.worker_command))
app.command("submit")(guarded(submit_command.submit_command))
app.command("export")(guarded(export_command.export_command))
app.command("doctor")(guarded(doctor_command.doctor_command))
app.command("report")(guarded(report_command.report_command))
app.command("demo")(guarded(demo_command.demo_command))
tools = typer.Typer(invoke_without_command=True, add_completion=False, rich_markup_mode=None)
tools.callback()(guarded(tools_command.tools_command))
tools.command("install")(guarded(tools_command.install_command))
app.add_typer(tools, name="tools")
templates = typer.Typer(
    help="Show, search and render the templates that activities and workflows are made of.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
templates.command("list")(guarded(templates_command.list_command))
templates.command("show")(guarded(templates_command.show_command))
templates.command("search")(guarded(templates_search.search_command))
templates.command("render")(guarded(templates_command.render_command))
templates.command("register")(guarded(templates_command.register_command))
app.add_typer(templates, name="templates")
audit = typer.Typer(
    help="Show and purge the audit log that effect steps leave.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
audit.command("show")(guarded(audit_command.show_command))
audit.command("purge")(guarded(audit_command.purge_command))
app.add_typer(audit, name="audit")
cases = typer.Typer(
    help="Count and purge what compiled code did not answer; `review` shows and decides the cases themselves.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
cases.command("show")(guarded(cases_command.show_command))
cases.command("purge")(guarded(cases_command.purge_command))
app.add_typer(cases, name="cases")
app.add_typer(bench_command.app, name="bench")
app.add_typer(datasets_command.app, name="datasets")


def _version(show: bool) -> None:
    if show:
        from compiled_ai._version import __version__

        typer.echo(f"compiled-ai {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    pass


def main() -> None:
    """Entry point of the console script."""
    from compiled_ai.gates.log_filter import watch_logs

    # Of numpy, before it is loaded: the transformer's products are small, and threads that wait for a busy processor take thirty times as long.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    watch_logs()
    try:
        app()
    except SystemExit as end:
        if "temporalio.bridge" in sys.modules:
            from compiled_ai.cli._temporal import leave

            leave(end.code)
        raise

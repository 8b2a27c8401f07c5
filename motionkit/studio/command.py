"""``motionkit studio``."""

import secrets
import socket
import sys
from contextlib import suppress
from pathlib import Path

import click

from motionkit.interfaces import ConfigError
from motionkit.io.text import printable
from motionkit.studio.shelf import Shelf

PORTS = range(8730, 8750)
"""Tried in turn where none is asked for, so that a forwarded port is usually the same one."""


@click.command()
@click.argument("sources", nargs=-1, metavar="[RUN|pretrained:NAME|FOLDER]...")
@click.option("--host", default="127.0.0.1", show_default=True,
              help="Address to listen on; any other than this machine's own lets others try the door.")  # fmt: skip
@click.option("--port", type=click.IntRange(0, 65535), help=f"By default the first that is free from {PORTS[0]} on.")
@click.option("--name", "names", multiple=True, help="Another name that this machine is reached by, with --host.")
@click.option("--open/--no-open", "opened", default=True, show_default=True, help="Open the page in a browser.")
def studio(sources: tuple[str, ...], host: str, port: int | None, names: tuple[str, ...], opened: bool) -> None:
    """Open a page on this machine to look at runs: play, drag, mix, compare, and browse clips.

    Each of the SOURCES is a run, a clip folder, or a folder in which those lie; by default runs. The pretrained runs
    are always there. The page is at the address that is printed, whose token keeps others out. Ctrl-C ends it.

    Example: motionkit studio runs/demo clips
    """
    try:
        import uvicorn

        from motionkit.studio.server import application
    except ImportError as error:
        raise ConfigError(
            f"the studio needs {error.name}, which is not installed; install it with: pip install 'motionkit[studio]'"
        ) from None
    shelf = Shelf(sources or _default())
    listening = _listen(host, port)
    token = secrets.token_urlsafe(24)
    address = f"http://{_spelled(host)}:{listening.getsockname()[1]}/?token={token}"
    hosts = tuple({host, *names} - {"0.0.0.0", "::"})
    config = uvicorn.Config(
        application(shelf, token, hosts),
        log_level="warning",
        server_header=False,
        ws="websockets-sansio",
        ws_max_size=1 << 17,
        ws_per_message_deflate=False,  # pictures are packed already
        timeout_graceful_shutdown=2,
    )
    click.echo(f"studio:        {address}")
    click.echo(f"runs:          {', '.join(printable(run.name) for run in shelf.runs)}")
    if folders := shelf.folders:
        click.echo(f"clip folders:  {', '.join(printable(folder.name) for folder in folders)}")
    click.echo("Ctrl-C ends it.", err=True)
    if opened and sys.stdout.isatty():
        click.launch(address)
    with suppress(KeyboardInterrupt):  # which ended the server, in good order
        uvicorn.Server(config).run(sockets=[listening])


def _default() -> list[str]:
    return ["runs"] if Path("runs").is_dir() else []


def _listen(host: str, port: int | None) -> socket.socket:
    """A socket that listens; raises ConfigError where none can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    why = ""
    for number in PORTS if port is None else (port,):
        listening = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":  # where it would let two programs share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, number))
            listening.listen(128)
            return listening
        except (OSError, OverflowError, UnicodeError) as error:
            listening.close()
            why = getattr(error, "strerror", None) or str(error)
    where = f"{host}:{port}" if port is not None else f"{host}, ports {PORTS[0]} to {PORTS[-1]}"
    raise ConfigError(f"the studio can't listen on {where}: {why}; choose another --host or --port")


def _spelled(host: str) -> str:
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{name}]" if ":" in name else name

"""How the pages of this folder become a site: ``make docs``."""

import importlib
import os
import pkgutil
import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import motionkit

ROOT = Path(__file__).parents[1]

project = "motionkit"
author = "motionkit"
version = release = motionkit.__version__
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_click",
    "sphinx_copybutton",
]
html_theme = "furo"
html_title = f"motionkit {version}"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["wide.css"]
html_show_copyright = False
copybutton_exclude = ".linenos, .gp, .go"  # prompts and what is answered

myst_heading_anchors = 3
smartquotes = False  # two hyphens are an option
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_default_options = {"exclude-members": "Config, model_config, presets"}
autodoc_preserve_defaults = True
napoleon_use_ivar = True  # a NamedTuple's fields are members too
napoleon_use_rtype = False
# The headings of the interfaces' own: "Set in every subclass", and the like.
INTERFACES = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "motionkit" / "interfaces").glob("*.py"))
napoleon_custom_sections = [
    (title, "params_style") for title in sorted(set(re.findall(r"^    (Set [a-z ]+):$", INTERFACES, re.MULTILINE)))
]

SOURCES = os.environ.get("MOTIONKIT_SOURCES", "")
"""Where the repository's files are shown, such as ``https://HOST/OWNER/motionkit/blob/main``; without it they are
downloads from the site itself."""


class Modules(SphinxDirective):
    """``.. modules:: PACKAGE``: a section for each file of a package, so that none is forgotten."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        package = importlib.import_module(self.arguments[0])
        lines = []
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if not module.ispkg:
                title = module.name.rpartition(".")[2]
                lines += [title, "-" * len(title), "", f".. automodule:: {module.name}", "   :members:", ""]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def pages_that_nobody_named(app: Sphinx, docname: str, source: list[str]) -> None:
    """In the index, the pages of this folder that it does not name."""
    named = set(re.findall(r"^   ([\w/-]+)$", source[0], re.MULTILINE))
    others = sorted(page for page in app.env.found_docs - named - {"index"} if "/" not in page)
    if docname == "index" and others:
        listed = [f"   {page}" for page in others]
        source[0] += "\n".join(["", ".. toctree::", "   :caption: More", "   :hidden:", "", *listed, ""])


def links_that_lead_somewhere(_app: Sphinx, docname: str, source: list[str]) -> None:
    """In pages that are read in the repository too: links to folders, which a site has not, and to its files."""

    def led(link: re.Match[str]) -> str:
        words, target = link.groups()
        path = ((ROOT / "docs" / docname).parent / target).resolve()
        if path.is_dir():
            return words
        if SOURCES:
            return f"[{words}]({SOURCES}/{path.relative_to(ROOT).as_posix()})"
        return f"{{download}}`{words} <{target}>`"

    source[0] = re.sub(r"(?<!!)\[([^\]]*)\]\((\.\./[^)\s]+)\)", led, source[0])


def setup(app: Sphinx) -> None:
    app.add_directive("modules", Modules)
    app.connect("source-read", pages_that_nobody_named)
    app.connect("source-read", links_that_lead_somewhere)

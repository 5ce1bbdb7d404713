"""Start the explorer, its tests or its command line from a fresh copy, with nothing but Python 3.11 or newer.

    python run.py                        the app: on your data folder, or on the sample trust while that is empty
    python run.py --data DIR             the app on another data folder
    python run.py test [pytest options]  the tests
    python run.py setup                  only the set-up
    python run.py COMMAND ...            the command line: check, load, results, catalogue, status, and so on

The first run makes an environment in .venv and installs the packages of requirements.txt into it; later runs do so only
when that file has changed. Options that are not named here go on to Streamlit, as in: python run.py --server.port 8600

TRUST_KPI_VENV names another place for the environment, TRUST_KPI_CHROMIUM the browser that the browser tests use.
"""

import hashlib
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)

# Written so that an old Python can read this file as far as here and say what is wrong.
if sys.version_info < OLDEST:
    sys.exit(
        "This is Python %d.%d, but the explorer needs Python %d.%d or newer. Install it from https://www.python.org/ "
        "and start again with it, for example: python3.13 run.py" % (sys.version_info[:2] + OLDEST)
    )

import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
REQUIREMENTS = ROOT / "requirements.txt"
PLACE = Path(os.environ.get("TRUST_KPI_VENV", "") or ROOT / ".venv").resolve()
WINDOWS = os.name == "nt"
PYTHON = PLACE / ("Scripts/python.exe" if WINDOWS else "bin/python")
STAMP = PLACE / "made-from.txt"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
BROWSER_FILES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
    "C:/Program Files/Microsoft/Edge/Application/msedge.exe",
)


def say(text):
    """Tell the person at the terminal; standard output belongs to the command that is run."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def wanted():
    """What the environment has to be made from: this Python's version and the pinned packages."""
    version = "%d.%d" % sys.version_info[:2]
    return version + " " + hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()


def works():
    """Whether the environment's own Python starts (it does not once the Python it was made from is gone)."""
    if not PYTHON.is_file():
        return False
    try:
        asked = [str(PYTHON), "-c", "import pip"]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def set_up():
    """Make the environment and install the pinned packages, unless both are there already."""
    stamp = STAMP.read_text(encoding="ascii") if STAMP.is_file() else ""
    if stamp == wanted() and works():
        return
    same_python = stamp.partition(" ")[0] in ("", wanted().partition(" ")[0])
    if not (same_python and works()):
        say("Making an environment in {}".format(PLACE))
        try:
            venv.create(str(PLACE), with_pip=True, clear=True)
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(
                "The environment could not be made in {}: {}\nOn Debian and Ubuntu it needs one more package: "
                "sudo apt install python3-venv".format(PLACE, error)
            )
    say("Installing the packages of requirements.txt; the first time this takes a few minutes")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(pip + ["--requirement", str(REQUIREMENTS)], stdout=sys.stderr.fileno(), check=False)
    if done.returncode != 0:
        sys.exit(
            "The packages could not be installed; what pip said stands above. Is this computer online? Behind a proxy, "
            "set HTTPS_PROXY (for example http://proxy.school.example:8080) and start again: what is there is kept."
        )
    STAMP.write_text(wanted(), encoding="ascii")


def surroundings():
    """The environment variables of what is started: the project's own modules can be imported from any folder."""
    held = dict(os.environ)
    held["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), held.get("PYTHONPATH", "")]))
    held["PYTHONUTF8"] = "1"
    return held


def start(arguments, variables, folder=None):
    """Run the environment's Python; does not come back."""
    if folder is not None:
        os.chdir(str(folder))
    command = [str(PYTHON)] + list(arguments)
    if not WINDOWS:
        sys.stdout.flush()
        os.execve(command[0], command, variables)
    try:
        sys.exit(subprocess.call(command, env=variables))
    except KeyboardInterrupt:
        sys.exit(130)


def app(options):
    """The app; ``--data DIR`` is ours, the rest is Streamlit's."""
    variables = surroundings()
    rest = list(options)
    for place, option in enumerate(rest):
        name, equals, value = option.partition("=")
        if name != "--data":
            continue
        if not equals and place + 1 == len(rest):
            sys.exit("--data needs the name of a data folder, as in: python run.py --data DIR")
        given = value if equals else rest[place + 1]
        del rest[place : place + (1 if equals else 2)]
        variables["TRUST_KPI_DATA"] = str(Path(given).resolve())
        break
    ours = ["--browser.gatherUsageStats=false", "--server.showEmailPrompt=false"]
    screen = WINDOWS or sys.platform == "darwin" or variables.get("DISPLAY") or variables.get("WAYLAND_DISPLAY")
    if screen and sys.stdin is not None and sys.stdin.isatty():
        ours.append("--server.headless=false")  # somebody sits here: open the browser
    start(["-m", "streamlit", "run", "server.py"] + ours + rest, variables, ROOT)


def tests(options):
    """The tests, on several processes; a browser for the browser tests is found or fetched first."""
    variables = surroundings()
    if "TRUST_KPI_CHROMIUM" not in variables and (ROOT / "tests" / "browser").is_dir():
        found = next(filter(None, map(shutil.which, BROWSERS)), None)
        found = found or next((path for path in BROWSER_FILES if Path(path).is_file()), None)
        if found:
            variables["TRUST_KPI_CHROMIUM"] = found
        else:
            say("Fetching a browser for the browser tests")
            fetch = [str(PYTHON), "-m", "playwright", "install", "chromium"]
            if subprocess.run(fetch, stdout=sys.stderr.fileno(), check=False).returncode != 0:
                sys.exit(
                    "No Chromium, Chrome or Edge was found and none could be fetched. Install one (on Debian and "
                    "Ubuntu: sudo apt install chromium) or name one in TRUST_KPI_CHROMIUM, then start again."
                )
    # By file, so that what a file's tests share (a trust, a server, a provider) is made once; in the folders' order,
    # so that the browser's come first and none is left alone at the end; one more than two cores, since many wait.
    given = any(option.startswith("-n") for option in options)
    spread = [] if given else ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
    start(["-m", "pytest"] + spread + list(options), variables, ROOT)


def main():
    """Set up, then do what the first word asks for."""
    words = sys.argv[1:]
    first = words[0] if words else ""
    if first in ("-h", "--help"):
        print(__doc__.strip())
        return
    set_up()
    if first == "setup":
        return
    if first == "test":
        tests(words[1:])
    elif first == "app" or first == "" or first.startswith("-"):
        app(words[1:] if first == "app" else words)
    else:
        start(["-m", "kpi_engine"] + words, surroundings())


if __name__ == "__main__":
    main()

"""The program: a released binary, checked against its checksum and its provenance, or a build of the action's own source."""

import os
import re
import subprocess

import runner

VERSION = re.compile(r"v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?")


def step():
    version = runner.plain("INPUT_VERSION") or default()
    if version == "source":
        program = build()
    elif VERSION.fullmatch(version):
        import release

        program = release.download(version)
    else:
        raise runner.Failure("input version is neither a version, such as v1.2.3, nor `source`")
    runner.output("program", program)
    return 0


def default():
    """The release that the action was asked for by its tag, else the source that came with it."""
    asked = runner.value("ACTION_REF")
    return asked if VERSION.fullmatch(asked) else "source"


def build():
    """Builds in the action's own folder, so that `.cargo/config.toml` or `rust-toolchain.toml` of the checked repository
    has no say in it."""
    target = os.path.join(runner.temporary(), "cogward-build")
    cargo = runner.tool("cargo")
    if cargo is None:
        raise runner.Failure("there is no cargo here: name a released version, or install Rust 1.95 or newer")
    built = subprocess.run(
        [cargo, "build", "--release", "--locked", "--bin", "cogward", "--target-dir", target],
        cwd=runner.value("ACTION_PATH"),
        stdin=subprocess.DEVNULL,
        env=runner.environment(),
        check=False,
    )
    if built.returncode:
        raise runner.Failure("cogward cannot be built here: its log is above")
    return os.path.join(target, "release", runner.program_name())

"""A released program: its bytes are those of the release, and the release workflow of this project made them."""

import hashlib
import os
import subprocess
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile

import runner

REPOSITORY = "cogward/cogward"
RELEASES = f"https://github.com/{REPOSITORY}/releases/download"
# Only a run of this workflow, for the tag that is asked for, may have made a binary.
SIGNER = f"{REPOSITORY}/.github/workflows/release.yml"
MOST_BYTES = 256 * 1024 * 1024

TARGETS = {
    ("Linux", "X64"): "x86_64-unknown-linux-musl",
    ("Linux", "ARM64"): "aarch64-unknown-linux-musl",
    ("macOS", "X64"): "x86_64-apple-darwin",
    ("macOS", "ARM64"): "aarch64-apple-darwin",
    ("Windows", "X64"): "x86_64-pc-windows-msvc",
}


def download(version):
    target = TARGETS.get((runner.value("RUNNER_OS"), runner.value("RUNNER_ARCH")))
    if target is None:
        raise runner.Failure("there is no released binary for this runner: use the version `source`")
    folder = tempfile.mkdtemp(prefix="cogward-install.", dir=runner.temporary())
    file = f"cogward-{target}" + (".zip" if "windows" in target else ".tar.gz")
    base = f"{runner.value('COGWARD_RELEASES') or RELEASES}/{version}"
    data = get(f"{base}/{file}")
    check(data, file, get(f"{base}/SHA256SUMS").decode("ascii", "replace"))
    path = os.path.join(folder, file)
    with open(path, "wb") as archive:
        archive.write(data)
    attest(path, version)
    program = os.path.join(folder, runner.program_name())
    unpack(path, program)
    os.chmod(program, 0o700)
    return program


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            data = answer.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as answer:
        raise runner.Failure(f"the release cannot be downloaded (status {answer.code})") from None
    except OSError:
        raise runner.Failure("the release cannot be downloaded (no answer)") from None
    if len(data) > MOST_BYTES:
        raise runner.Failure("the release is larger than any release")
    return data


def check(data, file, sums):
    """The checksum of the very bytes that are unpacked."""
    own = [line.split() for line in sums.splitlines()]
    wanted = [parts[0] for parts in own if len(parts) == 2 and parts[1].lstrip("*") == file]
    if wanted != [hashlib.sha256(data).hexdigest()]:
        raise runner.Failure(f"{file} does not have the checksum that its release names: it is not used")


def attest(path, version):
    """That the release workflow of this project built it, for this tag; the signature is in a public log."""
    gh = runner.tool("gh")
    if gh is None:
        raise runner.Failure("there is no `gh` here to check who built the release: use the version `source`")
    command = [gh, "attestation", "verify", path, "--repo", REPOSITORY, "--signer-workflow", SIGNER]
    command += ["--source-ref", f"refs/tags/{version}", "--deny-self-hosted-runners"]
    token = runner.value("GITHUB_TOKEN")
    environment = {**os.environ, **({"GH_TOKEN": token} if token else {})}
    done = subprocess.run(command, stdin=subprocess.DEVNULL, env=environment, check=False)
    if done.returncode:
        raise runner.Failure("nothing proves who built the release: it is not used")


def unpack(path, program):
    """The program alone, whatever else and wherever else the archive would write."""
    try:
        if path.endswith(".zip"):
            with zipfile.ZipFile(path) as archive:
                data = archive.read(runner.program_name())
        else:
            with tarfile.open(path, "r:gz") as archive:
                member = archive.getmember(runner.program_name())
                data = archive.extractfile(member).read() if member.isfile() else None
    except (KeyError, OSError, tarfile.TarError, zipfile.BadZipFile):
        data = None
    if not data:
        raise runner.Failure("the release holds no program")
    with open(program, "wb") as file:
        file.write(data)

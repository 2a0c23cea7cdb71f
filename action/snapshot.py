"""The last snapshot of the live pools, for pull requests that get no credentials: an artifact of the default branch."""

import io
import os
import re
import zipfile
import zlib

import api
import runner

# The program reads no larger one.
MOST_BYTES = 256 * 1024 * 1024


def newest(github, name):
    """The newest artifact of this name that the default branch of this very repository made. A fork may have a branch of
    the same name, and a workflow that uploads an artifact of the same name: its repository tells it."""
    branch = runner.dig(runner.event(), "repository", "default_branch")
    own = runner.dig(runner.event(), "repository", "id")
    if not branch or not own:
        return None
    fits = [
        artifact
        for artifact in github.pages(f"actions/artifacts?name={name}")
        if not artifact.get("expired")
        and artifact.get("name") == name
        and runner.dig(artifact, "workflow_run", "head_branch") == branch
        and runner.dig(artifact, "workflow_run", "head_repository_id") == own
        and runner.dig(artifact, "workflow_run", "repository_id") == own
    ]
    return max(fits, key=lambda artifact: str(artifact.get("created_at")), default=None)


def fetch(folder, name):
    """Writes the snapshot into a folder; gives its path and its day, or why there is none."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", name):
        raise runner.Failure("input snapshot-artifact is not the name of an artifact")
    try:
        github = api.Api()
        artifact = newest(github, name)
        if artifact is None:
            return None, "the default branch has written no snapshot yet"
        data = github.download(f"actions/artifacts/{int(artifact['id'])}/zip")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if entry.filename.endswith(".json")]
            if len(entries) != 1 or entries[0].file_size > MOST_BYTES:
                return None, "the artifact does not hold one snapshot"
            text = archive.read(entries[0])
    except api.Refused as problem:
        return None, f"the artifact cannot be downloaded: {problem}"
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError, RuntimeError):
        # A runtime error is an archive that is encrypted, or packed in a way that this Python does not know.
        return None, "the artifact is not an archive of a snapshot"
    path = os.path.join(folder, "snapshot.json")
    with open(path, "wb") as file:
        file.write(text)
    day = re.match(r"\d{4}-\d{2}-\d{2}", str(artifact.get("created_at")))
    return path, day.group() if day else "an unknown day"

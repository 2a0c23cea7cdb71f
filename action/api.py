"""GitHub's REST API: a few calls, pages, waiting when asked to, and no credential to any other host."""

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request

import runner

ATTEMPTS = 4
PAGES = 50
# So much of an answer is read; an artifact may be larger than a page of comments.
MOST_BYTES = 64 * 1024 * 1024


class Refused(Exception):
    """GitHub said no, or nothing; `status` is 0 where there was no answer."""

    def __init__(self, status, words):
        super().__init__(words)
        self.status = status


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_opener = urllib.request.build_opener(_NoRedirect)


class Api:
    """One repository, with the workflow's own token."""

    def __init__(self):
        self.base = (runner.value("GITHUB_API_URL") or "https://api.github.com").rstrip("/")
        self.token = runner.value("GITHUB_TOKEN")
        self.repository = runner.repository()
        if not self.token:
            raise Refused(0, "there is no token")

    def call(self, method, path, body=None):
        """JSON and headers of one call below the repository."""
        data, headers = self._send(method, f"{self.base}/repos/{self.repository}/{path}", body)
        try:
            return (json.loads(data) if data else None), headers
        except (ValueError, RecursionError):
            raise Refused(0, "the answer is not JSON") from None

    def pages(self, path):
        """Items of all pages of a listing, which may be a list or an object with one."""
        joint = "&" if "?" in path else "?"
        for page in range(1, PAGES + 1):
            found, headers = self.call("GET", f"{path}{joint}per_page=100&page={page}")
            if isinstance(found, dict):
                found = next((member for member in found.values() if isinstance(member, list)), None)
            if not isinstance(found, list):
                raise Refused(0, "the answer is not a listing")
            yield from (item for item in found if isinstance(item, dict))
            if 'rel="next"' not in (headers.get("Link") or ""):
                return
        raise Refused(0, f"there are more than {PAGES} pages")

    def download(self, path):
        """A file that GitHub keeps elsewhere. The other host gets no token: it has the right to the file in its address."""
        url = f"{self.base}/repos/{self.repository}/{path}"
        data, headers = self._send("GET", url, None, redirect=True)
        if data is not None:
            return data
        target = headers.get("Location") or ""
        if urllib.parse.urlsplit(target).scheme not in ("https", urllib.parse.urlsplit(self.base).scheme):
            raise Refused(0, "the file is at no address that can be used")
        return self._send("GET", target, None, token=False)[0]

    def _send(self, method, url, body, token=True, redirect=False):
        wait = float(runner.value("COGWARD_RETRY_SECONDS") or 2)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._once(method, url, body, token, redirect)
            except Refused as problem:
                # A call that changes something is not made again when nobody knows whether it was carried out.
                again = problem.status in (429, 503) or (method == "GET" and problem.status in (0, 500, 502, 504))
                if not again or attempt == ATTEMPTS:
                    raise
            time.sleep(wait)
            wait *= 2
        raise Refused(0, "no answer")

    def _once(self, method, url, body, token, redirect):
        headers = {"User-Agent": "cogward-action"}
        if token:
            headers["Authorization"] = f"Bearer {self.token}"
            headers["Accept"] = "application/vnd.github+json"
            headers["X-GitHub-Api-Version"] = "2022-11-28"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, headers=headers, method=method)
        try:
            with _opener.open(request, timeout=30) as answer:
                return answer.read(MOST_BYTES), answer.headers
        except urllib.error.HTTPError as answer:
            if redirect and answer.code in (301, 302, 303, 307, 308):
                return None, answer.headers
            answer.close()
            raise Refused(answer.code, f"{method} ended with status {answer.code}") from None
        except (OSError, ValueError, http.client.HTTPException) as problem:
            raise Refused(0, f"{method} got no answer ({type(problem).__name__})") from None

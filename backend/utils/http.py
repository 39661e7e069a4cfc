"""The outgoing HTTP session: kept open, with time-outs on everything."""

from aiohttp import ClientSession, ClientTimeout, TCPConnector


def open_session(
    *, total_seconds: float, connections: int = 100, headers: dict[str, str] | None = None
) -> ClientSession:
    """A session for calls that each end within `total_seconds`; 5 s to connect."""
    return ClientSession(
        connector=TCPConnector(limit=connections),
        timeout=ClientTimeout(total=total_seconds, connect=5),
        headers=headers,
    )

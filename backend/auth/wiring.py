"""Settings to the services of accounts."""

from starlette.datastructures import State

from auth.accounts import Accounts
from auth.passwords import Passwords
from auth.service import Sessions
from auth.tokens import Tokens


def wire_auth(state: State) -> None:
    """Add what `auth.deps` hands out to the state of an application.

    Needs its `auth_settings`, `database` and `limiter`.
    """
    passwords = Passwords()
    tokens = Tokens(state.auth_settings)
    state.sessions = Sessions(state.database, passwords, tokens, state.limiter)
    state.accounts = Accounts(state.database, passwords)

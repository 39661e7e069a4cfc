from tests.api_fixtures import (
    api,
    api_settings,
    app,
    auth_settings,
    live_url,
    rag,
    run_app,
    sign_in,
)

__all__ = ["api", "api_settings", "app", "auth_settings", "live_url", "rag", "run_app", "sign_in"]

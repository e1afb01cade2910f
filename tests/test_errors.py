from odps_tui.errors import CredentialsRefused, NoPermission, OdpsTuiError, ServiceError, SettingsError


def test_a_sentence_has_cause_remedy_and_request_id() -> None:
    error = NoPermission("You have NO privilege 'odps:Read'", code="NoPermission", request_id="67D3", status=403)
    assert str(error) == (
        "You have NO privilege 'odps:Read'. Ask the project's owner for the right that the message names. [request 67D3]"
    )


def test_without_remedy_the_cause_stands_alone() -> None:
    assert str(OdpsTuiError("The service went away")) == "The service went away"
    assert str(SettingsError("No endpoint", remedy="Say --endpoint.")) == "No endpoint. Say --endpoint."


def test_an_error_without_a_message_still_says_something() -> None:
    assert str(ServiceError("", code="Odd", status=418)) == "Odd"
    assert str(ServiceError("", status=418)) == "HTTP status 418"


def test_refused_credentials_say_where_to_look() -> None:
    assert "odps-tui auth status" in str(CredentialsRefused("no"))

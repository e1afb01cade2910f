import pickle

from odps_tui.secret_str import SecretStr


def test_it_is_shown_by_nothing() -> None:
    secret = SecretStr("canary")
    assert "canary" not in f"{secret} {secret!r} {[secret]}"
    assert str(secret) == str(SecretStr("another, longer one"))
    assert not str(SecretStr(""))


def test_it_is_known_by_its_secret() -> None:
    assert SecretStr("a") == SecretStr("a") != SecretStr("b")
    assert SecretStr("a") != "a"
    assert len({SecretStr("a"), SecretStr("a")}) == 1
    assert not SecretStr("")
    assert pickle.loads(pickle.dumps(SecretStr("a"))).get_secret_value() == "a"

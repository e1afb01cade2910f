"""What the user told us: flags, environment, `config.toml`, and the places where people keep their keys.

How a screen uses it. Everything here blocks (files, a keyring's daemon, a helper program): call it as

    from odps_tui.config.aside import aside
    settings = await aside(lambda: read_settings(environ, Flags(profile="prod")))

| to | call | gives |
|---|---|---|
| learn where to look and as whom | `settings.read_settings(environ, Flags(…), ask=…)` | `Settings`, with `credentials` |
| list the profiles | `config_file.read_config(environ).config.profiles` | name → `Profile` |
| list identities that lie about | `identity.find_sources(environ, home)` | `FoundSource`: `auth`, `masked`, `problem`, `hints` |
| ask exactly one source | `Identities(environ, home).named(parse_auth("aliyun:prod"), Owner())` | `Credentials` |
| test a key with `whoami()` | `odps_tui.clients.open_client(settings)` | `MaxComputeClient` |
| keep a typed key | `keystore.Keystore().store(profile, host_of(endpoint), key)` | the keyring's name |
| keep it in clear, after a typed yes | `CredentialsFile.of(environ).store(…)` | the file's path |
| write the profile | `save_profile(environ, name, {"endpoint": …, "auth": "keyring"})` | the path of `config.toml` |

A key that was only typed for this session needs no store: `Credentials(AccessKey(id, SecretStr(text)), "typed for this
session")` goes into `Settings` as it is. What goes wrong is an `OdpsTuiError`: `ConfigError` (the file; `.mistakes`),
`NoCredentials`, of it `KeystoreError` (`.trouble` says which), `OtherHost` (the endpoint was changed under a stored key) and
`KeyWanted` (`auth = "prompt"` and nobody to ask), `SettingsError` for the rest. Each says in one sentence what is wrong and
what else can be done.
"""

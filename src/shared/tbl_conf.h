/* SPDX-License-Identifier: MIT */
/*
 * The options of discador.conf, one row each: parser, sample file and manual
 * page follow this table.
 *
 * CONF(path, TYPE, member, "default", lo, hi, "what it is")
 *   path    group.key; list[].key for the groups of a list
 *   TYPE    STR text (lo..hi bytes)   INT integer   NUM number   BOOL
 *           PATH absolute or empty    FILE also relative to this file
 *           ADDR IP address           ZONE time zone or empty
 *           LEVEL log level           ROLE role     NAME word
 *           LIST array of texts (lo..hi of them)
 *   member  of struct conf; with CONF_SWITCH of struct conf_switch; CONF_USER
 *           has none: its key in an object of conf.ssh_users
 *   default NULL: the option must be given
 */
#ifndef CONF
#define CONF(path, type, member, def, lo, hi, help)
#endif
#ifndef CONF_SWITCH
#define CONF_SWITCH(path, type, member, def, lo, hi, help)
#endif
#ifndef CONF_USER
#define CONF_USER(path, type, def, lo, hi, help)
#endif

CONF("node", NAME, node, "n1", 1, 63,
    "name of this engine; engines that share a database need different ones")
CONF("state_dir", PATH, state_dir, "", 0, 255,
    "spool, private database, log; empty: /var/lib/discador as root, else "
    "$XDG_STATE_HOME/discador (~/.local/state/discador)")
CONF("run_dir", PATH, run_dir, "", 0, 255,
    "control socket and board; empty: /run/discador as root, else "
    "$XDG_RUNTIME_DIR/discador (state_dir/run)")
CONF("timezone", ZONE, timezone, "", 0, 63,
    "zone in which the console shows times and a day of counts begins; empty: "
    "the system's")
CONF("secret_file", FILE, secret_file, "", 0, 511,
    "file with database.conninfo and the switches' secrets, mode 0600; empty: "
    "they stand here")
CONF("notify_dir", PATH, notify_dir, "", 0, 255,
    "directory of executables that are told of alerts, each as JSON on its "
    "standard input; empty: notify.d beside this file")
CONF("seed", INT, seed, "0", 0, 9e15,
    "seed of the random source, for replays and tests; 0: from the system")

CONF("database.conninfo", STR, conninfo, "", 0, 1023,
    "libpq connection string; empty: a private cluster in state_dir")
CONF("database.system_user", NAME, pg_user, "postgres", 1, 31,
    "system user of the private cluster when the engine runs as root")

CONF_SWITCH("switches[].name", NAME, name, NULL, 1, 31,
    "its name, as trunks say it")
CONF_SWITCH("switches[].host", STR, host, NULL, 1, 255, "host name or address of its AMI")
CONF_SWITCH("switches[].port", INT, port, "5038", 1, 65535, "port of its AMI")
CONF_SWITCH("switches[].tls", BOOL, tls, "false", 0, 0, "AMI over TLS")
CONF_SWITCH("switches[].ca_file", FILE, ca_file, "", 0, 255,
    "certificates that vouch for the switch; empty: the system's")
CONF_SWITCH("switches[].user", STR, user, "discador", 1, 63, "AMI user")
CONF_SWITCH("switches[].secret", STR, secret, NULL, 1, 127,
    "AMI secret; may stand in secret_file instead")
CONF_SWITCH("switches[].max_cps", NUM, max_cps, "30.0", 0.1, 100000,
    "calls per second it is given at most")
CONF_SWITCH("switches[].max_channels", INT, max_channels, "500", 1, 100000,
    "concurrent calls it is given at most")
CONF_SWITCH("switches[].sounds", STR, sounds, "", 0, 255,
    "where `discador prompt install` puts sounds for it: a directory of this "
    "machine, or a command with %f for the file and %n for the prompt's name; "
    "empty: they are copied by hand")

CONF("ssh.enabled", BOOL, ssh_enabled, "false", 0, 0,
    "the built-in SSH server, discador-sshd, which the engine then starts")
CONF("ssh.listen", ADDR, ssh_listen, "127.0.0.1", 1, 63,
    "address it listens on")
CONF("ssh.port", INT, ssh_port, "2222", 1, 65535, "port it listens on")
CONF("ssh.run_as", STR, ssh_run_as, "", 0, 31,
    "system user that it becomes when it is started as root; better one that "
    "owns nothing and runs nothing else; empty: it stays who started it")
CONF("ssh.motd", STR, ssh_motd, "", 0, 500,
    "a line that every console over SSH shows when it begins")
CONF("ssh.fps", INT, ssh_fps, "10", 1, 10,
    "frames per second that a console is sent at most; 4 is enough to watch, "
    "and costs half as much where hundreds are attached")
CONF_USER("ssh.users[].name", NAME, NULL, 1, 31, "name of a supervisor")
CONF_USER("ssh.users[].role", ROLE, "viewer", 0, 0,
    "viewer, operator, supervisor or admin")
CONF_USER("ssh.users[].keys", LIST, "", 0, 16,
    "public keys as they stand in authorized_keys, without options")
CONF_USER("ssh.users[].password", STR, "", 0, 255,
    "crypt(5) hash (mkpasswd -m yescrypt); empty: keys only")
CONF_USER("ssh.users[].language", STR, "", 0, 15,
    "en, es or pt_BR; empty: what the terminal asks for")
CONF_USER("ssh.users[].from", LIST, "", 0, 16,
    "addresses and networks (10.0.0.0/8) it may come from; empty: any")
CONF_USER("ssh.users[].idle", INT, "0", 0, 10080,
    "minutes without a key after which its console ends; 0: never")
CONF_USER("ssh.users[].campaigns", LIST, "", 0, 16,
    "campaigns that this user may see and steer, and nothing else; empty: all")
CONF_USER("ssh.users[].enabled", BOOL, "true", 0, 0, "false: may not log in")

CONF("metrics.enabled", BOOL, metrics_enabled, "true", 0, 0,
    "serve /metrics and /healthz over HTTP")
CONF("metrics.listen", ADDR, metrics_listen, "127.0.0.1", 1, 63,
    "address it listens on")
CONF("metrics.port", INT, metrics_port, "9464", 1, 65535,
    "port it listens on")

CONF("log.level", LEVEL, log_level, "info", 0, 0,
    "error, warn, info or debug")
#undef CONF
#undef CONF_SWITCH
#undef CONF_USER

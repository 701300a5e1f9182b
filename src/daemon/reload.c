/* SPDX-License-Identifier: MIT */
/*
 * reload: log level, users and the SSH server.  Switches, directories, the
 * database and whom the control socket trusts stay as they were at the start.
 */
#include "daemon/reload.h"

#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "daemon/sessions.h"
#include "daemon/state.h"
#include "daemon/supervise.h"
#include "shared/log.h"

/* It states who its users are: that is believed of its uid alone. */
void
reload_sshd(struct daemon *d)
{
	const struct conf *c = &d->conf;
	const struct passwd *pw = NULL;
	struct now now = now_read();
	char why[96];

	if (c->ssh_run_as[0] != '\0' && geteuid() == 0) {
		pw = getpwnam(c->ssh_run_as);
		if (pw != NULL)
			ctl_trust(d->ctl, pw->pw_uid);
	}
	if (!c->ssh_enabled) {
		if (d->sshd != NULL)
			supervise_want(d->sshd, false, &now);
		return;
	}
	if (d->sshd == NULL)
		d->sshd =
		    supervise_new(c->file, c->run_dir, "discador-sshd", &now);
	if (c->ssh_run_as[0] != '\0' && geteuid() == 0 && pw == NULL) {
		str_format(why, sizeof(why),
		    "ssh.run_as = \"%s\": there is no such system user",
		    c->ssh_run_as);
		supervise_fail(d->sshd, why, &now);
		return;
	}
	supervise_want(d->sshd, true, &now);
}

/* The server reads the file itself; where it listens is its for life. */
static void
take_ssh(struct daemon *d, const struct conf *c)
{
	struct conf *mine = &d->conf;
	struct now now = now_read();
	bool moved = strcmp(mine->ssh_listen, c->ssh_listen) != 0 ||
		     mine->ssh_port != c->ssh_port;

	if (mine->ssh_enabled != c->ssh_enabled)
		log_info("ssh.enabled = %s: the SSH server is %s",
		    c->ssh_enabled ? "true" : "false",
		    c->ssh_enabled ? "started" : "ended");
	mine->ssh_enabled = c->ssh_enabled;
	mine->ssh_port = c->ssh_port;
	str_copy(mine->ssh_listen, sizeof(mine->ssh_listen), c->ssh_listen);
	reload_sshd(d);
	if (d->sshd != NULL && moved)
		supervise_replace(d->sshd, &now);
	else if (c->ssh_enabled)
		supervise_signal(d->sshd, SIGHUP);
}

void
reload_conf(struct daemon *d)
{
	struct buf err = BUF_INIT;
	const char *file = d->conf.file[0] != '\0' ? d->conf.file : NULL;
	struct conf c;

	if (!conf_read(file, d->conf.run_dir, &c, &err)) {
		log_error("configuration NOT taken: %s", buf_cstr(&err));
		buf_clear(&err);
		return;
	}
	log_level_set((enum log_level)log_level_parse(c.log_level));
	log_info("configuration read again: log level and ssh taken; switches "
		 "and directories change at a restart");
	sessions_reload(d, &c);
	take_ssh(d, &c);
	conf_clear(&c);
	loader_reload(d);
	buf_clear(&err);
}

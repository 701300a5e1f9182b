/* SPDX-License-Identifier: MIT */
/* cmd_pane: what a pane shows, printed once from the same rows. */
#include "ui/cmd.h"

#include <stdio.h>
#include <string.h>

#include "shared/util.h"
#include "ui/feed.h"
#include "ui/keys_view.h"
#include "ui/pane.h"

#define WAIT_S 15 /* for what the engine is asked */

const struct pane *
pane_show_find(const char *word)
{
	/* No pane of its own in the console, but one to print. */
	return strcmp(word, keys_view_pane.word) == 0 ? &keys_view_pane
						      : pane_find(word);
}

int
pane_show(struct cli *cli, const struct pane *p, bool as_json)
{
	struct feed *f = feed_new(cli->run_dir);
	struct buf out = BUF_INIT;
	struct pane_ctx x;
	int code = CLI_DONE;
	json_t *rows;

	/* it will wait for answers, the board must not change meanwhile */
	feed_hold(f, now_read().mono_ns);
	feed_look(f, now_read().mono_ns);
	if (feed_state(f) == BOARD_LIVE) {
		feed_waits(f, WAIT_S);
		x = (struct pane_ctx){ .b = feed_board(f),
			.state = BOARD_LIVE,
			.zone = feed_board(f)->timezone,
			.role = COMMAND_ADMIN, /* the engine decides */
			.feed = f };
		if (as_json) {
			rows = p->rows(&x);
			json_dumpf(rows, stdout,
			    JSON_INDENT(2) | JSON_PRESERVE_ORDER |
				JSON_REAL_PRECISION(10));
			putchar('\n');
			json_decref(rows);
		} else {
			p->print(&x, &out);
			fputs(buf_cstr(&out), stdout);
		}
	} else
		code = cli_no_engine(cli);
	buf_clear(&out);
	feed_free(f);
	return code;
}

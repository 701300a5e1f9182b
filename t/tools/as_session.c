/* SPDX-License-Identifier: MIT */
/*
 * as_session RUN_DIR USER ROLE FROM CAMPAIGNS WHAT... : a session as
 * discador-sshd would announce it, without SSH.  Prints its row whenever it
 * changes, messages to all, the answers to what is asked on standard input
 * (a request a line: "session doing console 80x24"), and how it ended.
 *
 *     row id=3 what=[console 80x24] watch=asked by=[maria] pid=4711
 *     said maria: lunch
 *     reply watch exit=0 [granted] {"pid":4711}
 *     ended [ended by ana] {"killed":true}
 *
 * "as USER ROLE FROM CAMPAIGNS REQUEST...": the same process speaks for that
 * one from then on.
 *
 * WHAT "-x REQUEST...": no session; that request, its answer as text and
 * data, its exit code.  USER "-": no identity is stated.  CAMPAIGNS "-": all.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/board.h"
#include "shared/ipc.h"
#include "shared/rows.h"
#include "shared/util.h"

#define ASKED_MAX 16
#define LOOK_MS   10

struct asked {
	int fd;
	char word[32];
};

static const char *dir;
static struct asked asked[ASKED_MAX];
static size_t nasked;
static int own = -1; /* the open request */
static struct row_session shown;
static uint64_t said;

/* "a,b" as an array. */
static json_t *
names(const char *s)
{
	json_t *a = json_array();

	while (*s != '\0') {
		size_t n = strcspn(s, ",");

		json_array_append_new(a, json_stringn(s, n));
		s += n + (s[n] == ',');
	}
	return a;
}

static void
identity(const char *const *argv)
{
	json_t *as;

	if (strcmp(argv[0], "-") == 0) {
		ipc_identity(NULL);
		return;
	}
	as = json_pack("{s:s, s:s, s:s}", "user", argv[0], "role", argv[1],
	    "from", argv[2]);
	if (strcmp(argv[3], "-") != 0)
		json_object_set_new(as, "campaigns", names(argv[3]));
	ipc_identity(as);
}

static void
print_reply(const char *head, json_t *o, const char *why)
{
	char *data = json_dumps(
	    json_object_get(o, "data"), JSON_COMPACT | JSON_ENCODE_ANY);

	printf("%s [%s] %s\n", head,
	    o != NULL ? json_string_value(json_object_get(o, "text")) : why,
	    data != NULL ? data : "");
	fflush(stdout);
	free(data);
	json_decref(o);
}

/* NULL-terminated words: a request. */
static int
ask(const char *const *words)
{
	json_t *q = ipc_request(words[0], words + 1);
	const char *why;
	int fd = ipc_open(dir, q, NULL, 0, &why);

	if (fd < 0)
		printf("gone [%s]\n", why);
	json_decref(q);
	return fd;
}

static int
once(char **argv)
{
	const char *words[32] = { NULL }, *why = "";
	json_t *o;
	int fd, code;

	for (int i = 0; i < 30 && argv[i] != NULL; i++)
		words[i] = argv[i];
	if ((fd = ask(words)) < 0)
		return 3;
	o = ipc_reply(fd, 20, &why);
	code =
	    o != NULL ? (int)json_integer_value(json_object_get(o, "exit")) : 3;
	print_reply("reply", o, why);
	return code;
}

static void
ask_line(char *line)
{
	const char *all[32] = { NULL }, **words = all;
	size_t n = 0;

	line[strcspn(line, "\n")] = '\0';
	for (char *p = line; *p != '\0' && n < 30;) {
		size_t k = strcspn(p, " ");

		words[n++] = p;
		p += k;
		if (*p == ' ')
			*p++ = '\0';
	}
	if (n > 6 && strcmp(words[0], "as") == 0) {
		identity(words + 1);
		words += 5;
	}
	if (n < 2 || nasked == ASKED_MAX)
		return;
	str_copy(asked[nasked].word, sizeof(asked[nasked].word), words[1]);
	if ((asked[nasked].fd = ask(words)) >= 0)
		nasked++;
}

static void
look(struct rows_reader *rows)
{
	static const char *const watch[] = { "none", "asked", "granted" };
	const struct row_session none = { 0 }, *mine = &none, *r;
	const void *v;
	size_t n = rows_sync(rows, &v);

	r = v;
	for (size_t i = 0; i < n; i++)
		if (r[i].id != 0 && r[i].pid == getpid())
			mine = &r[i];
	if (memcmp(mine, &shown, sizeof(shown)) == 0)
		return;
	shown = *mine;
	printf("row id=%llu what=[%s] campaigns=[%s] console=%u watch=%s "
	       "by=[%s] pid=%d key=%d\n",
	    (unsigned long long)mine->id, mine->what, mine->campaigns,
	    mine->console, watch[mine->watch % 3], mine->watch_by,
	    mine->watch_pid, mine->key_ms != 0);
	fflush(stdout);
}

static void
hear(struct board_reader *reader, struct board *b)
{
	if (board_read(reader, b, now_read().mono_ns) != BOARD_LIVE)
		return;
	for (int i = BOARD_MESSAGES - 1; i >= 0; i--)
		if (b->messages[i].id > said) {
			said = b->messages[i].id;
			printf("said %s: %s\n", b->messages[i].from,
			    b->messages[i].text);
			fflush(stdout);
		}
}

/* False: the session has ended. */
static bool
answers(struct pollfd *p)
{
	const char *why = "";
	char head[80];

	if (p[1].revents != 0) {
		json_t *o = ipc_reply(own, 5, &why);

		print_reply("ended", o, why);
		return false;
	}
	for (size_t i = nasked; i-- > 0;) {
		json_t *o;

		if (p[2 + i].revents == 0)
			continue;
		o = ipc_reply(asked[i].fd, 5, &why);
		str_format(head, sizeof(head), "reply %s exit=%d",
		    asked[i].word,
		    (int)json_integer_value(json_object_get(o, "exit")));
		print_reply(head, o, why);
		close(asked[i].fd);
		asked[i] = asked[--nasked];
	}
	return true;
}

int
main(int argc, char **argv)
{
	struct rows_reader *rows;
	struct board_reader *reader;
	struct board *b = xcalloc(1, sizeof(*b));
	struct pollfd p[2 + ASKED_MAX];
	const char *words[5] = { "session", "open", NULL };
	bool input = true, open = true;
	char line[1024];

	if (argc < 7) {
		fputs("usage: as_session RUN_DIR USER ROLE FROM CAMPAIGNS "
		      "WHAT [again] | -x REQUEST...\n",
		    stderr);
		return 2;
	}
	dir = argv[1];
	identity((const char *const *)(uintptr_t)(argv + 2));
	if (strcmp(argv[6], "-x") == 0)
		return once(argv + 7);
	rows = rows_reader_new(dir, ROWS_SESSIONS);
	reader = board_reader_new(dir);
	if (board_read(reader, b, now_read().mono_ns) == BOARD_LIVE)
		said = b->messages[0].id;
	words[2] = argv[6];
	words[3] = argv[7]; /* "again" or NULL */
	if ((own = ask(words)) < 0)
		return 3;
	setvbuf(stdin, NULL, _IONBF, 0);
	while (open) {
		p[0] =
		    (struct pollfd){ .fd = input ? 0 : -1, .events = POLLIN };
		p[1] = (struct pollfd){ .fd = own, .events = POLLIN };
		for (size_t i = 0; i < nasked; i++)
			p[2 + i] = (struct pollfd){ .fd = asked[i].fd,
				.events = POLLIN };
		poll(p, 2 + nasked, LOOK_MS);
		look(rows);
		hear(reader, b);
		open = answers(p);
		if (p[0].revents != 0) {
			input = fgets(line, sizeof(line), stdin) != NULL;
			if (input)
				ask_line(line);
		}
	}
	rows_reader_free(rows);
	board_reader_free(reader);
	free(b);
	ipc_identity(NULL);
	return 0;
}

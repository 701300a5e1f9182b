/* SPDX-License-Identifier: MIT */
#include "jobs/prompt_wav.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jobs/prompt_install.h"
#include "jobs/prompt_store.h"
#include "jobs/prompt_tool.h"
#include "shared/util.h"
#include "tap.h"

static size_t
put_header(uint8_t *p, const char *kind, unsigned channels, unsigned rate)
{
	static const uint8_t junk[] = { 'L', 'I', 'S', 'T', 3, 0, 0, 0, 'a',
		'b', 'c', 0 };
	bool big = strcmp(kind, "RIFX") == 0;

	memcpy(p, kind, 4);
	memset(p + 4, 0, 4);
	memcpy(p + 8, "WAVE", 4);
	memcpy(p + 12, junk, sizeof(junk));
	if (big) {
		p[12 + 4] = 0;
		p[12 + 7] = 3;
	}
	memcpy(p + 24, "fmt ", 4);
	memset(p + 28, 0, 20);
	p[big ? 31 : 28] = 16;
	p[big ? 33 : 32] = 1;
	p[big ? 35 : 34] = (uint8_t)channels;
	for (int i = 0; i < 4; i++)
		p[big ? 39 - i : 36 + i] = (uint8_t)(rate >> 8 * i);
	p[big ? 47 : 46] = 16;
	memcpy(p + 48, "data\x10\0\0", 8);
	return 56;
}

static void
test_header(void)
{
	static const struct {
		const char *kind;
		unsigned channels, rate;
		bool good;
	} v[] = {
		{ "RIFF", 1, 8000, true },
		{ "RIFX", 2, 44100, true },
		{ "RF64", 8, 192000, true },
		{ "RIFF", 9, 8000, false },
		{ "RIFF", 0, 8000, false },
		{ "RIFF", 1, 7999, false },
		{ "RIFF", 1, 192001, false },
		{ "OggS", 1, 8000, false },
	};
	uint8_t p[64];
	struct prompt_wav w;
	const char *why;

	for (size_t i = 0; i < nitems(v); i++) {
		size_t n = put_header(p, v[i].kind, v[i].channels, v[i].rate);
		bool good = prompt_wav_header(p, n, &w, &why);

		ok(good == v[i].good &&
			(!good ||
			    (w.rate == v[i].rate &&
				w.channels == v[i].channels && w.bits == 16)),
		    "%s, %u channels, %u Hz", v[i].kind, v[i].channels,
		    v[i].rate);
	}
	put_header(p, "RIFF", 1, 8000);
	for (size_t n = 0; n < 48; n++)
		if (prompt_wav_header(p, n, &w, &why) || *why == '\0') {
			ok(false, "cut after %zu bytes", n);
			return;
		}
	ok(true, "a header that is cut anywhere is none");
}

static void
test_judge(void)
{
	static int16_t v[16000];
	struct prompt_sound s;

	prompt_wav_judge(v, nitems(v), 2, 8000, &s);
	ok(s.frames == 8000 && s.seconds == 1.0 && s.peak == 0, "one second");
	ok(prompt_wav_wrong(&s) != NULL, "silence is refused");
	v[100] = -32768;
	v[102] = 200;
	prompt_wav_judge(v, nitems(v), 2, 8000, &s);
	ok(s.peak == 32768 && s.cut == 0 && prompt_wav_wrong(&s) == NULL,
	    "one peak is none that was cut");
	for (size_t i = 1000; i < 1040; i += 2)
		v[i] = 32767; /* left */
	v[5001] = v[5005] = v[5009] = -32768; /* right, with gaps */
	v[7000] = v[7001] = v[7050] = v[7051] = 32767;
	prompt_wav_judge(v, nitems(v), 2, 8000, &s);
	ok(s.cut == 2, "two places were cut, not %zu", s.cut);
	prompt_wav_judge(v, 2000, 1, 8000, &s);
	ok(prompt_wav_wrong(&s) != NULL, "0.25 s are too short");
	s.seconds = 120.1;
	ok(prompt_wav_wrong(&s) != NULL, "120.1 s are too long");
}

static void
test_names(void)
{
	char longest[62] = "", too_long[63] = "";
	struct buf err = BUF_INIT;
	char *argv[PROMPT_TOOL_ARGS];

	memset(longest, 'a', 60);
	memset(too_long, 'a', 61);
	ok(prompt_name_valid("presione_3_conectar_mx") &&
		prompt_name_valid(longest),
	    "names");
	ok(!prompt_name_valid("") && !prompt_name_valid("A") &&
		!prompt_name_valid("../a") && !prompt_name_valid("a.b") &&
		!prompt_name_valid("a b") && !prompt_name_valid(too_long),
	    "no names");
	ok(prompt_language("pt_BR") != NULL && prompt_language("fr") == NULL,
	    "languages");
	ok(prompt_tool_split("scp \"-i key file\" %f pbx:/s/%n.x%%", "/a b/f",
	       "adios", argv, &err) &&
		strcmp(argv[1], "-i key file") == 0 &&
		strcmp(argv[2], "/a b/f") == 0 &&
		strcmp(argv[3], "pbx:/s/adios.x%") == 0 && argv[4] == NULL,
	    "a command, its words and what stands for the file");
	prompt_tool_free(argv);
	ok(!prompt_tool_split("scp %n x", "f", "n", argv, &err) &&
		!prompt_tool_split("scp \"%f", "f", "n", argv, &err) &&
		!prompt_tool_split("scp %f %", "f", "n", argv, &err) &&
		!prompt_tool_split("scp %f %x", "f", "n", argv, &err) &&
		!prompt_tool_split("", "f", "n", argv, &err),
	    "what is no command");
	buf_clear(&err);
}

static void
test_about(void)
{
	struct prompt_about a = { .name = "adios_mx", .draft = true }, b;
	struct buf text = BUF_INIT, back = BUF_INIT;

	memset(a.sha256, 'a', PROMPT_SHA - 1);
	str_copy(a.text, sizeof(a.text), "Adi\303\263s: hasta luego");
	str_copy(a.language, sizeof(a.language), "es-419");
	str_copy(a.source, sizeof(a.source), "espeak-ng");
	str_copy(a.by, sizeof(a.by), "maria (ssh 10.0.0.7)");
	str_copy(a.at, sizeof(a.at), "2026-11-21T09:30:05.123Z");
	a.seconds = 3.25;
	a.nthere = 1;
	str_copy(a.there[0].name, sizeof(a.there[0].name), "pbx1");
	memset(a.there[0].sha256, 'b', PROMPT_SHA - 1);
	str_copy(a.there[0].at, sizeof(a.there[0].at), "2026");
	prompt_about_print(&a, &text);
	memset(&b, 0, sizeof(b));
	str_copy(b.name, sizeof(b.name), a.name);
	ok(prompt_about_parse(buf_cstr(&text), &b), "NAME.txt is read");
	prompt_about_print(&b, &back);
	ok(strcmp(buf_cstr(&text), buf_cstr(&back)) == 0 && b.draft &&
		b.nthere == 1,
	    "and is as it was written");
	memset(&b, 0, sizeof(b));
	ok(!prompt_about_parse("seconds: 2\nsha256: no\n", &b) &&
		!prompt_about_parse("", &b) &&
		!prompt_about_parse("installed: x\nsha256", &b),
	    "nonsense is refused");
	ok(prompt_install_look(&a, &(struct prompt_target){ "pbx1", "" }) ==
		    PROMPT_BY_HAND &&
		prompt_install_look(&a, &(struct prompt_target){ "pbx1",
					    "cp %f x" }) == PROMPT_OTHER &&
		prompt_install_look(&a, &(struct prompt_target){ "pbx2",
					    "cp %f x" }) == PROMPT_NOT_THERE &&
		prompt_install_look(
		    &a, &(struct prompt_target){ "pbx2", "/nonexistent" }) ==
		    PROMPT_NOT_THERE,
	    "where it is");
	buf_clear(&text);
	buf_clear(&back);
}

/* ---- files ------------------------------------------------------------ */

static char dir[] = "/tmp/dsc-prompt.XXXXXX";

static char *
in_dir(const char *name)
{
	return xasprintf("%s/%s", dir, name);
}

static void
put_file(const char *name, const char *text)
{
	char *f = in_dir(name);
	int fd = open(f, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		ok(false, "cannot write %s", f);
	close(fd);
	free(f);
}

static bool
file_is(const char *name, const char *text)
{
	char *f = in_dir(name), b[64] = "";
	int fd = open(f, O_RDONLY);
	bool good =
	    fd >= 0 && read(fd, b, sizeof(b) - 1) >= 0 && strcmp(b, text) == 0;

	if (fd >= 0)
		close(fd);
	free(f);
	return good;
}

static void
test_put(void)
{
	static const char *const ends[] = { "sln", "wav", "ulaw", "alaw",
		"txt" };
	char *stem = in_dir("new"), *f, name[16];
	struct buf err = BUF_INIT;
	bool kept = true, came = true;
	char sha[PROMPT_SHA];
	struct stat st;

	for (size_t i = 0; i < nitems(ends); i++) {
		str_format(name, sizeof(name), "old.%s", ends[i]);
		put_file(name, "old");
		str_format(name, sizeof(name), "new.%s", ends[i]);
		if (i + 1 < nitems(ends))
			put_file(name, "new");
	}
	ok(!prompt_store_put(stem, dir, "old", true, &err) && err.len > 0,
	    "the last of five files cannot be had");
	for (size_t i = 0; i < nitems(ends); i++) {
		str_format(name, sizeof(name), "old.%s", ends[i]);
		kept &= file_is(name, "old");
	}
	ok(kept, "and none of the old ones was touched");
	put_file("new.txt", "new");
	ok(prompt_store_put(stem, dir, "old", true, &err), "all of them");
	for (size_t i = 0; i < nitems(ends); i++) {
		str_format(name, sizeof(name), "old.%s", ends[i]);
		f = in_dir(name);
		came &= file_is(name, "new") && stat(f, &st) == 0 &&
			(st.st_mode & 0777) == 0644;
		free(f);
	}
	ok(came, "are there, and the switch may read them");
	ok(!prompt_store_sha256("/dev/zero", sha),
	    "what never ends is not read");
	free(stem);
	buf_clear(&err);
}

static void
clear_dir(void)
{
	static const char *const stems[] = { "old", "new" };
	static const char *const ends[] = { "sln", "wav", "ulaw", "alaw",
		"txt" };
	char name[16], *f;

	for (size_t i = 0; i < nitems(stems) * nitems(ends); i++) {
		str_format(
		    name, sizeof(name), "%s.%s", stems[i % 2], ends[i / 2]);
		f = in_dir(name);
		unlink(f);
		free(f);
	}
	ok(rmdir(dir) == 0, "nothing is left lying about");
}

/* ---- tools ------------------------------------------------------------ */

static bool
sh(const char *script, struct buf *err)
{
	const char *const argv[] = { "sh", "-c", script, NULL };

	buf_reset(err);
	return prompt_tool_run(argv, NULL, err);
}

static bool
says(const char *script, const char *what)
{
	struct buf err = BUF_INIT;
	bool good = !sh(script, &err) && strcmp(buf_cstr(&err), what) == 0;

	if (!good)
		printf("# %s\n", buf_cstr(&err));
	buf_clear(&err);
	return good;
}

static void
test_tool(void)
{
	struct buf err = BUF_INIT;
	int64_t begun = now_read().mono_ns;
	int fd = open("/dev/null", O_RDONLY); /* as inherited ones are */
	char script[100];

	ok(sh("sleep 8 & exit 0", &err) &&
		now_read().mono_ns - begun < 7 * NS_PER_S,
	    "its end is waited for, not that of what it left behind");
	ok(says("echo first >&2; echo last >&2; exit 3",
	       "sh ended by exit 3: last"),
	    "what it said last");
	ok(says("i=0; while [ $i -lt 999 ]; do echo $i; i=$((i+1)); done >&2; "
		"echo last >&2; exit 3",
	       "sh ended by exit 3: last"),
	    "also after much");
	str_format(script, sizeof(script), "[ ! -e /proc/self/fd/%d ]", fd);
	ok(fd > 2 && sh(script, &err), "no descriptor of ours is inherited");
	signal(SIGCHLD, SIG_IGN);
	ok(!sh("exit 0", &err), "an end that nobody saw is no success");
	signal(SIGCHLD, SIG_DFL);
	close(fd);
	buf_clear(&err);
}

/* Polls; false after 10 s. */
static bool
comes_true(bool (*fn)(void))
{
	for (int i = 0; i < 1000; i++) {
		if (fn())
			return true;
		poll(NULL, 0, 10);
	}
	return false;
}

static int64_t tool_pid;

static bool
has_begun(void)
{
	char *f = in_dir("pid"), b[32] = "", *nl;
	int fd = open(f, O_RDONLY);
	bool good = fd >= 0 && read(fd, b, sizeof(b) - 1) > 0 &&
		    (nl = strchr(b, '\n')) != NULL;

	if (good) {
		*nl = '\0';
		good = str_int64(b, 2, INT32_MAX, &tool_pid);
	}
	if (fd >= 0)
		close(fd);
	free(f);
	return good;
}

/* Whoever inherits it may take its time to reap it. */
static bool
has_ended(void)
{
	char *f = xasprintf("/proc/%d/stat", (int)tool_pid), b[64] = "", *p;
	int fd = open(f, O_RDONLY);
	bool gone =
	    fd < 0 || read(fd, b, sizeof(b) - 1) <= 0 ||
	    ((p = strchr(b, ')')) != NULL && p[1] == ' ' && p[2] == 'Z');

	if (fd >= 0)
		close(fd);
	free(f);
	return gone;
}

static void
test_ended(void)
{
	char *pid_file = in_dir("pid");
	char *script = xasprintf("echo $$ >%s; exec sleep 30", pid_file);
	struct buf err = BUF_INIT;
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		sh(script, &err);
		_exit(0);
	}
	ok(comes_true(has_begun), "a tool runs");
	kill(pid, SIGTERM);
	ok(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
		WTERMSIG(status) == SIGTERM,
	    "we are ended by a signal");
	ok(tool_pid > 1 && comes_true(has_ended), "and so is the tool");
	unlink(pid_file);
	free(pid_file);
	free(script);
}

int
main(void)
{
	test_header();
	test_judge();
	test_names();
	test_about();
	if (mkdtemp(dir) == NULL)
		return 1;
	test_put();
	test_tool();
	test_ended();
	clear_dir();
	return done_testing();
}

/* SPDX-License-Identifier: MIT */
/* conf: every mistake names its line; the sample holds the defaults. */
#include "shared/conf.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/conf_rows.h"
#include "shared/util.h"
#include "tap.h"

static char dir[64], file[96], secrets[96];

static void
put(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "we");

	fputs(text, f);
	fclose(f);
	chmod(path, mode);
}

static void
test_mistakes(void)
{
	static const struct {
		const char *text, *want;
	} t[] = {
		{ "node = \"n1\";\nnodes = 1;\n",
		    ":2: unknown option \"nodes\", expected one of" },
		{ "metrics = {\n  port = \"abc\";\n};\n",
		    ":2: metrics.port = \"abc\", expected an integer from 1 to "
		    "65535" },
		{ "metrics = {\n  port = 70000;\n};\n",
		    ":2: metrics.port = 70000, expected an integer from 1" },
		{ "/* \n */ # 99999999999\n// 99999999999\nnode = "
		  "\"99999999999\\\"\n@include\";\nseed = 9000000000;",
		    ":6: 9000000000, expected a number of at most" },
		{ "seed = 99999999999999999999L;", ":1: 99999" },
		{ "seed = 0x1FFFFFFFF;", ":1: 0x1FFFFFFFF, expected" },
		{ "\n @include \"x\"\n", ":2: @include, expected" },
		{ "metrics = { listen = \"localhost\"; };\n",
		    ":1: metrics.listen = \"localhost\", expected an IP "
		    "address" },
		{ "metrics = 5;\n", ":1: metrics is no group" },
		{ "\nlog = { level = \"loud\"; };\n",
		    ":2: log.level = \"loud\", expected \"error\"" },
		{ "timezone = \"Mars/Olympus\";\n", ":1: timezone = \"Mars" },
		{ "timezone = \"../../../etc/passwd\";\n", ":1: timezone" },
		{ "node = \"a b\";\n", ":1: node = \"a b\", expected at most" },
		{ "node = \"\";\n", ":1: node = \"\"" },
		{ "node = true;\n", ":1: node = true" },
		{ "node = \"x\\x01\";\n", ":1: node = a text with control" },
		{ "state_dir = \"here\";\n",
		    ":1: state_dir = \"here\", expected an absolute path" },
		{ "node = \"n1\"\nstate_dir = = 4;\n", ":2: syntax error" },
		{ "node = \"n1\";\nnode = \"n2\";\n", ":2: this name stands" },
		{ "switches = { name = \"x\"; };\n",
		    ":1: switches is no list" },
		{ "switches = (\n 5 );\n",
		    ":2: switches holds something else" },
		{ "switches = (\n { host = \"h\"; secret = \"s\"; } );\n",
		    ":2: switches[].name is missing" },
		{ "switches = ( { name = \"a\"; secret = \"s\"; } );\n",
		    ":1: switches[].host is missing" },
		{ "switches = ( { name = \"a\"; host = \"h\"; } );\n",
		    "switch \"a\" has no secret" },
		{ "switches = ( { name = \"a\"; host = \"h\"; secret = \"s\"; }"
		  ",\n{ name = \"a\"; host = \"h\"; secret = \"s\"; } );\n",
		    ":2: switches[].name = \"a\" stands here twice" },
		{ "switches = ( { name = \"a\"; host = \"h\"; secret = 5; } );",
		    ":1: switches[].secret = (not shown), expected a text" },
		{ "switches = ( { name = \"a\"; host = \"h\"; secret = \"s\";\n"
		  "max_cps = 0.0; } );",
		    ":2: switches[].max_cps = 0.0, expected a number from 0.1" },
		{ "ssh = { users = ( { name = \"x\";\n role = \"root\"; } ); };",
		    ":2: ssh.users[].role = \"root\", expected \"viewer\"" },
		{ "ssh = { users = ( { name = \"x\"; keys = [ 1 ]; } ); };",
		    ":1: ssh.users[].keys = [1], expected a list" },
	};

	for (size_t i = 0; i < nitems(t); i++) {
		struct conf c;
		struct buf err = BUF_INIT, want = BUF_INIT;
		bool good;

		put(file, t[i].text, 0600);
		good = conf_read(file, NULL, &c, &err);
		if (t[i].want[0] == ':')
			buf_str(&want, file);
		buf_str(&want, t[i].want);
		ok(!good && strstr(buf_cstr(&err), buf_cstr(&want)) != NULL,
		    "%s: %s", t[i].want, buf_cstr(&err));
		buf_clear(&err);
		buf_clear(&want);
	}
}

static void
test_good(void)
{
	struct conf c;
	struct buf err = BUF_INIT;
	char out[256];
	bool good;

	put(file,
	    "node = \"n2\"; state_dir = \"/x/y\"; run_dir = \"/x/run\";\n"
	    "timezone = \"America/Sao_Paulo\"; seed = 9000000000L;\n"
	    "database = { conninfo = \"host=db\"; };\n"
	    "switches = ( { name = \"pbx1\"; host = \"127.0.0.1\"; tls = true;\n"
	    "  user = \"u\"; secret = \"s\"; max_cps = 12; ca_file = \"ca.pem\"; }"
	    ",\n { name = \"pbx2\"; host = \"b\"; secret = \"t\"; port = 5039; } "
	    ");\n"
	    "ssh = { enabled = false; users = ( { name = \"maria\"; role = "
	    "\"supervisor\"; keys = [ \"ssh-ed25519 AAAA\" ]; language = \"es\"; "
	    "} ); };\n"
	    "metrics = { port = 9999; }; log = { level = \"debug\"; };\n",
	    0600);
	good = conf_read(file, NULL, &c, &err);
	ok(good, "a good file %s", buf_cstr(&err));
	ok(strcmp(c.node, "n2") == 0 && c.seed == 9000000000, "node, seed");
	ok(strcmp(c.conninfo, "host=db") == 0, "conninfo");
	ok(c.nswitches == 2 && c.switches[0].tls &&
		c.switches[0].port == 5038 && c.switches[0].max_cps == 12.0 &&
		c.switches[1].port == 5039 &&
		c.switches[1].max_channels == 500 &&
		strcmp(c.switches[1].user, "discador") == 0,
	    "switches");
	str_format(out, sizeof(out), "%s/ca.pem", dir);
	ok(strcmp(c.switches[0].ca_file, out) == 0, "ca_file beside the file");
	ok(c.metrics_enabled && c.metrics_port == 9999 &&
		strcmp(c.log_level, "debug") == 0,
	    "metrics, log");
	ok(strcmp(c.timezone, "America/Sao_Paulo") == 0, "timezone");
	ok(strcmp(c.run_dir, "/x/run") == 0, "run_dir of the file");
	ok(conf_read(file, "/r", &c, &err) && strcmp(c.run_dir, "/r") == 0,
	    "run_dir of the option");
	setenv("DISCADOR_RUN_DIR", "/e", 1);
	ok(conf_read(file, NULL, &c, &err) && strcmp(c.run_dir, "/e") == 0,
	    "run_dir of the environment");
	ok(conf_run_dir(file, NULL, out, sizeof(out), &err) &&
		strcmp(out, "/e") == 0,
	    "the same alone");
	unsetenv("DISCADOR_RUN_DIR");
	put(file, "nonsense = 1; run_dir = \"/x/run\";", 0600);
	ok(conf_run_dir(file, NULL, out, sizeof(out), &err) &&
		strcmp(out, "/x/run") == 0,
	    "run_dir in spite of a mistake");
	ok(!conf_run_dir("/nowhere", NULL, out, sizeof(out), &err) &&
		strstr(buf_cstr(&err), "/nowhere: No such file") != NULL,
	    "a file that is not there");
	buf_reset(&err);
	ok(!conf_read(dir, NULL, &c, &err) &&
		strstr(buf_cstr(&err), "a directory") != NULL,
	    "a directory is no file");
	conf_clear(&c);
	buf_clear(&err);
}

static bool
secret_case(const char *text, mode_t mode, const char *want)
{
	struct conf c;
	struct buf err = BUF_INIT;
	bool good;

	put(secrets, text, mode);
	good = conf_read(file, NULL, &c, &err);
	if (want == NULL)
		good = good && strcmp(c.switches[0].secret, "hush") == 0 &&
		       strcmp(c.conninfo, "host=db") == 0;
	else
		good = !good && strstr(buf_cstr(&err), want) != NULL &&
		       strstr(buf_cstr(&err), "hush") == NULL;
	if (!good)
		printf("# %s\n", buf_cstr(&err));
	conf_clear(&c);
	buf_clear(&err);
	return good;
}

static void
test_secrets(void)
{
	static const char hush[] =
	    "database = { conninfo = \"host=db\"; };\n"
	    "switches = ( { name = \"a\"; secret = \"hush\"; } );\n";

	put(file,
	    "secret_file = \"secret\";\n"
	    "switches = ( { name = \"a\"; host = \"h\"; } );\n",
	    0644);
	ok(secret_case(hush, 0600, NULL), "secrets beside the file");
	ok(secret_case(hush, 0640, "mode 0640"), "not for the group");
	ok(secret_case(hush, 0604, "mode 0604"), "not for others");
	ok(secret_case("node = \"x\";", 0600, ":1: unknown option \"node\""),
	    "nothing else in it");
	ok(secret_case("switches = ( { name = \"b\"; secret = \"hush\"; } );",
	       0600, "a secret for switch \"b\", expected a switch of"),
	    "no secret of a stranger");
	ok(secret_case("switches = ( { name = \"a\"; } );", 0600,
	       "switches[].secret is missing"),
	    "a secret without secret");
	unlink(secrets);
	{
		struct conf c;
		struct buf err = BUF_INIT;
		bool good = conf_read(file, NULL, &c, &err);

		ok(!good && strstr(buf_cstr(&err), "No such file") != NULL,
		    "a secret_file that is not there: %s", buf_cstr(&err));
		buf_clear(&err);
	}
}

/* All comments off, the sample is a good file and changes no default. */
static void
test_sample(void)
{
	struct buf sample = BUF_INIT, bare = BUF_INIT, err = BUF_INIT;
	struct conf a, b;
	size_t seen = 0;
	bool good;

	conf_print_sample(&sample);
	for (const char *p = sample.p; *p;) {
		size_t n = strcspn(p, "\n") + 1;

		if (p[0] == '#' && p[1] != ' ')
			buf_put(&bare, p + 1, n - 1);
		p += n;
	}
	put(file, buf_cstr(&bare), 0600);
	good = conf_read(file, "/r", &a, &err);
	ok(good, "the sample reads: %s", buf_cstr(&err));
	put(file, buf_cstr(&sample), 0600);
	ok(conf_read(file, "/r", &b, &err) && b.nswitches == 0,
	    "commented it is empty");
	ok(a.nswitches == 1, "the sample shows one switch");
	memset(a.switches, 0, sizeof(a.switches));
	memset(b.switches, 0, sizeof(b.switches));
	a.nswitches = 0;
	ok(json_array_size(a.ssh_users) == 1 && b.ssh_users == NULL,
	    "and one SSH user");
	json_decref(a.ssh_users);
	a.ssh_users = NULL;
	ok(memcmp(&a, &b, sizeof(a)) == 0, "the sample is the defaults");
	for (size_t i = 0; i < conf_nrows; i++) {
		const char *dot = strrchr(conf_rows[i].path, '.');
		char key[80];

		str_format(key, sizeof(key),
		    "%s = ", dot ? dot + 1 : conf_rows[i].path);
		seen += strstr(bare.p, key) != NULL;
		ok(conf_rows[i].size == 0 || conf_rows[i].type == CONF_NUM ||
			conf_rows[i].type == CONF_INT ||
			conf_rows[i].type == CONF_BOOL ||
			conf_rows[i].hi < (double)conf_rows[i].size,
		    "%s has room", conf_rows[i].path);
	}
	ok(seen == conf_nrows, "every option is in the sample");
	buf_clear(&sample);
	buf_clear(&bare);
	buf_clear(&err);
}

int
main(void)
{
	str_copy(dir, sizeof(dir), "/tmp/dsc-conf.XXXXXX");
	if (mkdtemp(dir) == NULL)
		return 1;
	str_format(file, sizeof(file), "%s/discador.conf", dir);
	str_format(secrets, sizeof(secrets), "%s/secret", dir);
	unsetenv("DISCADOR_RUN_DIR");
	test_mistakes();
	test_good();
	test_secrets();
	test_sample();
	unlink(file);
	rmdir(dir);
	return done_testing();
}

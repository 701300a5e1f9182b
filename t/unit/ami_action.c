/* SPDX-License-Identifier: MIT */
#include "net/ami_action.h"

#include <string.h>

#include "shared/util.h"
#include "tap.h"

#define ID "0192f3a0-1111-7222-8333-444455556666"

static struct buf out = BUF_INIT;
static const char *why;

static void
test_originate(void)
{
	static const char *const vars[][2] = {
		{ "DSC_CALL", ID },
		{ "_DSC_NAME", "say \"hi\", c:\\x" },
		{ "EMPTY", "" },
		{ "PLAIN", "a=b;c|d ${x} \xc3\xa9" },
		{ "DEEP", "(a[b" },
		{ "BOTH", ")x, ]" },
	};
	struct ami_originate o = { .id = ID,
		.channel = "PJSIP/13055550100@carrier",
		.caller_id = "+13055550199",
		.context = "discador",
		.exten = "flow",
		.timeout_s = 30,
		.vars = vars,
		.nvars = nitems(vars) };
	static const char want[] =
	    "Action: Originate\r\n"
	    "ActionID: " ID "\r\n"
	    "ChannelId: " ID "\r\n"
	    "Channel: PJSIP/13055550100@carrier\r\n"
	    "Context: discador\r\n"
	    "Exten: flow\r\n"
	    "Priority: 1\r\n"
	    "Timeout: 30000\r\n"
	    "CallerID: +13055550199\r\n"
	    "Async: true\r\n"
	    "Variable: DSC_CALL=" ID ",_DSC_NAME=\"say \\\"hi\\\", "
	    "c:\\\\x\",EMPTY="
	    ",PLAIN=a=b;c|d ${x} \xc3\xa9"
	    ",DEEP=\\(a\\[b,BOTH=\"\\)x, \\]\"\r\n"
	    "\r\n";

	buf_str(&out, "before|");
	ok(ami_action_originate(&out, &o, &why) && why == NULL &&
		strcmp(out.p + 7, want) == 0,
	    "originate, byte for byte");
	buf_reset(&out);
	o.caller_id = "";
	o.nvars = 0;
	ok(ami_action_originate(&out, &o, &why) &&
		strstr(out.p, "CallerID") == NULL,
	    "no caller id");
}

/* Every byte that is refused, in every place where a value can stand. */
static void
test_injection(void)
{
	static const char *const hostile[] = { "1\r\nApplication: System",
		"1\nData: x", "1\r", "\n", "a\tb", "a\x1b[2J", "a\x7f",
		"\x01" };
	const char *fields[5];
	int passed = 0;

	for (size_t h = 0; h < nitems(hostile); h++)
		for (size_t f = 0; f < 6; f++) {
			const char *const vars[1][2] = { { "V",
			    f == 5 ? hostile[h] : "v" } };
			struct ami_originate o;

			for (size_t i = 0; i < 5; i++)
				fields[i] = i == f ? hostile[h] : "x";
			o = (struct ami_originate){ .id = fields[0],
				.channel = fields[1],
				.caller_id = fields[2],
				.context = fields[3],
				.exten = fields[4],
				.vars = vars,
				.nvars = 1 };
			buf_reset(&out);
			buf_str(&out, "kept");
			if (ami_action_originate(&out, &o, &why) ||
			    strcmp(out.p, "kept") != 0 || out.len != 4 ||
			    why == NULL) {
				passed++;
				ok(false, "value %zu in field %zu refused", h,
				    f);
			}
		}
	ok(passed == 0, "control bytes refused everywhere, nothing appended");
	for (int c = 1; c < 256; c++) {
		char v[] = { 'a', (char)c, 'b', '\0' };
		struct ami_action a;
		bool bad = c < 0x20 || c == 0x7f;

		buf_reset(&out);
		ami_action_begin(&a, &out, "Ping", "1");
		ami_action_var(&a, "X", v);
		if (ami_action_end(&a, &why) == bad)
			passed++;
	}
	ok(passed == 0, "each of the 255 byte values judged rightly");
}

static void
test_limits(void)
{
	static const char *const names[] = { "", "A B", "FILE(/tmp/x)", "A-B",
		"A=B", "A\nB", "caf\xc3\xa9" };
	struct ami_action a;
	char v[2048];

	for (size_t i = 0; i < nitems(names); i++) {
		buf_reset(&out);
		ami_action_begin(&a, &out, "Originate", "1");
		ami_action_var(&a, names[i], "x");
		ok(!ami_action_end(&a, &why) && out.len == 0,
		    "variable name %zu refused", i);
	}
	for (int over = 0; over <= 1; over++) {
		/* "Channel: " + value + CR LF = 1024 */
		size_t n = AMI_ACTION_LINE_MAX - 9 - 2 + (size_t)over;

		memset(v, 'x', n);
		v[n] = '\0';
		buf_reset(&out);
		ami_action_begin(&a, &out, "Hangup", "1");
		ami_action_header(&a, "Channel", v);
		ok(ami_action_end(&a, &why) == !over, "line of %d bytes",
		    AMI_ACTION_LINE_MAX + over);
	}
	memset(v, '"', 600);
	v[600] = '\0';
	buf_reset(&out);
	ami_action_begin(&a, &out, "Originate", "1");
	ami_action_var(&a, "X", v);
	ok(!ami_action_end(&a, &why), "a line that quoting makes too long");
	for (int n = AMI_ACTION_HEADERS_MAX; n <= AMI_ACTION_HEADERS_MAX + 1;
	     n++) {
		buf_reset(&out);
		ami_action_begin(&a, &out, "Originate", "1");
		for (int i = 2; i < n; i++)
			ami_action_header(&a, "X", "1");
		ok(ami_action_end(&a, &why) == (n == AMI_ACTION_HEADERS_MAX),
		    "%d headers", n);
	}
}

/*
 * What Asterisk's __ast_app_separate_args() and man_do_variable_value() make
 * of a Variable header, after their source: at most 64 pieces, a comma counts
 * outside quotes, parentheses and brackets, a backslash makes a character
 * plain.  Appends "name=value\n" each.
 */
static int
as_asterisk(char *s, struct buf *got)
{
	int paren = 0, bracket = 0, n = 0;
	bool quote = false;
	struct buf one = BUF_INIT;

	for (bool more = true; more; s++) {
		more = *s != '\0';
		if (*s == '\0' ||
		    (*s == ',' && !paren && !bracket && !quote && n < 63)) {
			buf_fmt(got, "%s\n", buf_cstr(&one));
			buf_reset(&one);
			n++;
		} else if (*s == '"')
			quote = !quote;
		else {
			paren += *s == '(' ? 1 : *s == ')' && paren ? -1 : 0;
			bracket += *s == '['              ? 1
				   : *s == ']' && bracket ? -1
							  : 0;
			if (*s == '\\')
				s++;
			buf_byte(&one, *s);
		}
	}
	buf_clear(&one);
	return n;
}

/* Any values at all come back as they were, in few lines. */
static void
test_packed(uint64_t seed)
{
	static const char letters[] = "abc019,,\"\\()[]{}$;|=& ~%'";
	struct rng r;
	int bad = 0, most = 0;
	size_t longest = 0;

	rng_seed(&r, seed);
	for (int round = 0; round < 300; round++) {
		struct buf want = BUF_INIT, got = BUF_INIT;
		int nvars = 1 + (int)rng_below(&r, 600);
		struct ami_action a;
		char name[16], v[64], *line, *save = NULL;

		buf_reset(&out);
		ami_action_begin(&a, &out, "Originate", "1");
		for (int i = 0; i < nvars; i++) {
			size_t len = rng_below(&r, rng_below(&r, 20) + 1);

			for (size_t k = 0; k < len; k++)
				v[k] =
				    letters[rng_below(&r, sizeof(letters) - 1)];
			v[len] = '\0';
			str_format(name, sizeof(name), "DSC_%d", i);
			ami_action_var(&a, name, v);
			buf_fmt(&want, "%s=%s\n", name, v);
		}
		if (!ami_action_end(&a, &why)) {
			printf("# round %d: %s\n", round, why);
			bad++;
		}
		for (line = strtok_r(out.p, "\r\n", &save); line != NULL;
		     line = strtok_r(NULL, "\r\n", &save)) {
			longest = MAXIMUM(longest, strlen(line) + 2);
			if (strncmp(line, "Variable: ", 10) == 0) {
				int n = as_asterisk(line + 10, &got);

				most = MAXIMUM(most, n);
			}
		}
		bad += strcmp(buf_cstr(&want), buf_cstr(&got)) != 0;
		buf_clear(&want);
		buf_clear(&got);
	}
	ok(bad == 0 && longest <= AMI_ACTION_LINE_MAX &&
		most == AMI_ACTION_VARS_MAX,
	    "seed %llu: what is packed is what the switch has (lines to %zu "
	    "bytes, %d in one, %d bad)",
	    (unsigned long long)seed, longest, most, bad);
}

/* Each length around the end of a line. */
static void
test_line_end(void)
{
	struct ami_action a;
	char v[1100];
	int good = 0;

	for (size_t n = 900; n <= 1020; n++) {
		size_t lines = 0;
		const char *nl;

		buf_reset(&out);
		memset(v, 'x', n);
		v[n] = '\0';
		ami_action_begin(&a, &out, "Originate", "1");
		ami_action_var(&a, "A", v);
		ami_action_var(&a, "B", "12345678");
		/* "Variable: A=", its value, ",B=12345678", CR LF */
		if (n > 1010) {
			good += !ami_action_end(&a, &why) && out.len == 0;
			continue;
		}
		good += ami_action_end(&a, &why);
		for (const char *p = out.p; (nl = strchr(p, '\n')) != NULL;
		     p = nl + 1)
			lines++;
		/* Action, ActionID, one or two of variables, the end */
		good +=
		    lines == (n <= 999 ? 4u : 5u) && a.nheaders == lines - 1;
	}
	ok(good == 111 * 2 + 10, "full to the last byte, and no further");
}

static void
test_login(void)
{
	buf_reset(&out);
	/* md5("123456" "secret") by md5sum(1) */
	ok(ami_action_login(&out, "l", "dialer", "secret", "123456", &why) &&
		strstr(out.p, "Key: 992f3c4e7ec9a0e96173284c816612bd\r\n") &&
		strstr(out.p, "secret") == NULL,
	    "login by challenge");
	ok(!ami_action_login(&out, "l", "a\nb", "secret", "1", &why),
	    "a hostile user name");
}

int
main(void)
{
	test_originate();
	test_injection();
	test_limits();
	test_packed(1);
	test_packed((uint64_t)now_read().wall_ms);
	test_line_end();
	test_login();
	buf_clear(&out);
	return done_testing();
}

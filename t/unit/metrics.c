/* SPDX-License-Identifier: MIT */
/* /metrics: its grammar on any board, and what it says of a known one. */
#include "net/metrics.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "boards.h"
#include "shared/buf.h"
#include "tap.h"

/* The value of a sample; "" if there is none. */
static const char *
sample(const char *text, const char *name, char out[64])
{
	size_t n = strlen(name);

	out[0] = '\0';
	for (const char *p = text; (p = strstr(p, name)) != NULL; p += n)
		if ((p == text || p[-1] == '\n') && p[n] == ' ') {
			str_format(out, 64, "%.*s",
			    (int)strcspn(p + n + 1, "\n"), p + n + 1);
			break;
		}
	return out;
}

static void
test_values(struct board *b)
{
	static const struct {
		const char *name, *value;
	} v[] = {
		{ "discador_trunk_usable{trunk=\"carrier-a\"}", "1" },
		{ "discador_trunk_usable{trunk=\"carrier-b\"}", "0" },
		{ "discador_trunk_failed_over_total{trunk=\"carrier-b\"}",
		    "7" },
		{ "discador_trunk_allowed_cps{trunk=\"carrier-b\"}", "12.5" },
		{ "discador_trunk_brake{trunk=\"carrier-b\"}", "1" },
		{ "discador_campaign_brake{campaign=\"usa-morning\"}", "2" },
		{ "discador_campaign_brake{campaign=\"mexico-cobranza\"}",
		    "0" },
		{ "discador_campaign_gate{campaign=\"brasil-pesquisa\","
		  "gate=\"window\"}",
		    "88213" },
		{ "discador_campaign_calls_attempted_total{campaign="
		  "\"usa-morning\"}",
		    "27720" },
		{ "discador_campaign_ner{campaign=\"usa-morning\"}", "0.93" },
		/* one abandoned of 96 people, and four taken for machines */
		{ "discador_campaign_abandonment{campaign=\"usa-morning\"}",
		    "0.05" },
		{ "discador_campaign_abandonment{campaign="
		  "\"brasil-pesquisa\"}",
		    "" },
		/* nothing to divide by */
		{ "discador_campaign_ner{campaign=\"brasil-pesquisa\"}", "" },
		{ "discador_trunk_cause_total{trunk=\"carrier-a\","
		  "class=\"busy\"}",
		    "5400" },
		{ "discador_brake_engaged", "1" },
		{ "discador_alert{rule=\"campaign-brake\","
		  "object=\"usa-morning\"}",
		    "1" },
		{ "discador_switch_lag_ms{switch=\"pbx1\"}", "2" },
	};
	struct buf t = BUF_INIT;
	char got[64];

	boards_make(b, BOARDS_NOW);
	boards_spoil(b, "brake");
	b->campaigns[0].w[2].humans = 96;
	b->campaigns[0].w[2].abandoned = 1;
	b->campaigns[0].w[2].false_machines_milli = 4000;
	b->trunks[1].failed_over = 7;
	b->trunks[1].allowed_cps = 12.5;
	str_copy(b->trunks[1].brake.state, 12, "probing");
	str_copy(b->trunks[1].why, 96, "it rests");
	b->campaigns[2].ngates = 1;
	str_copy(b->campaigns[2].gates[0].name, 16, "window");
	b->campaigns[2].gates[0].contacts = 88213;
	metrics_text(&t, b);
	for (size_t i = 0; i < nitems(v); i++)
		ok(strcmp(sample(t.p, v[i].name, got), v[i].value) == 0,
		    "%s is %s", v[i].name, got);
	buf_clear(&t);
}

/* Every line is a comment of its family or a sample of the last family. */
static void
test_grammar(struct board *b)
{
	static const char *const how[] = { "normal", "hostile", "brake",
		"dbaway", "switchdown", "empty" };
	static const char grammar[] =
	    "^[a-z_0-9]+([{][a-z]+=\"([^\"\\\\\n]|\\\\[\"\\\\n])*\""
	    "(,[a-z]+=\"([^\"\\\\\n]|\\\\[\"\\\\n])*\")?[}])? "
	    "-?[0-9.e+-]+$";
	regex_t re;

	ok(regcomp(&re, grammar, REG_EXTENDED | REG_NOSUB) == 0, "a pattern");
	for (size_t h = 0; h < nitems(how); h++) {
		struct buf t = BUF_INIT;
		char family[80] = "", *save = NULL;
		int bad = 0, lines = 0;

		boards_make(b, BOARDS_NOW);
		str_copy(b->trunks[0].name, MODEL_NAME, "a\"b\\c\nd");
		boards_spoil(b, how[h]);
		metrics_text(&t, b);
		ok(strcmp(t.p + t.len - 6, "# EOF\n") == 0, "%s: it ends",
		    how[h]);
		for (char *l = strtok_r(t.p, "\n", &save); l != NULL;
		     l = strtok_r(NULL, "\n", &save)) {
			if (strncmp(l, "# TYPE ", 7) == 0)
				str_format(family, sizeof(family), "%.*s",
				    (int)strcspn(l + 7, " "), l + 7);
			if (l[0] == '#')
				continue;
			lines++;
			if (regexec(&re, l, 0, NULL, 0) != 0 ||
			    strncmp(l, family, strlen(family)) != 0) {
				printf("# %s\n", l);
				bad++;
			}
		}
		ok(bad == 0 && lines >= 10, "%s: %d samples, all in order",
		    how[h], lines);
		buf_clear(&t);
	}
	regfree(&re);
}

int
main(void)
{
	struct board *b = xcalloc(1, sizeof(*b));

	test_values(b);
	test_grammar(b);
	free(b);
	return done_testing();
}

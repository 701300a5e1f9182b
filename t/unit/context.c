/* SPDX-License-Identifier: MIT */
/*
 * A context as channel variables: each once, none missing, none that the
 * dialplan does not read, each value from its member.
 */
#include "engine/context.h"

#include <string.h>

#include "shared/util.h"
#include "tap.h"

static const char *
value(const struct context_vars *v, const char *name)
{
	const char *found = NULL;

	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->v[i][0], name) == 0)
			found = found == NULL ? v->v[i][1] : "(twice)";
	return found != NULL ? found : "(none)";
}

int
main(void)
{
	static const char *const want[][2] = {
		{ "DSC_CALL", "01935a3c-0000-7000-8000-000000000001" },
		{ "DSC_NUMBER", "+525512345678" },
		{ "DSC_CAMPAIGN", "mx" },
		{ "DSC_COUNTRY", "mexico" },
		{ "DSC_CONNECT_KEY", "3" },
		{ "DSC_DISCONNECT_KEY", "9" },
		{ "DSC_REPEAT_KEY", "0" },
		{ "DSC_TIMEOUT", "15" },
		{ "DSC_RETRIES", "2" },
		{ "DSC_PROMPT", "presione_3_conectar_mx" },
		{ "DSC_PROMPT_CONNECT", "un_momento" },
		{ "DSC_PROMPT_GOODBYE", "adios" },
		{ "DSC_PROMPT_MACHINE", "mensaje" },
		{ "DSC_DEST", "queue:ventas" },
		{ "DSC_RING", "25" },
		{ "DSC_AMD", "1" },
		{ "DSC_ON_MACHINE", "message" },
	};
	struct m_context c = { .name = "mexico",
		.country = "mexico",
		.connect_key = "3",
		.disconnect_key = "9",
		.repeat_key = "0",
		.menu_timeout = 15,
		.retries = 2,
		.prompt = "presione_3_conectar_mx",
		.prompt_connect = "un_momento",
		.prompt_goodbye = "adios",
		.prompt_machine = "mensaje",
		.destination = "queue:ventas",
		.ring_timeout = 25,
		.amd = true,
		.on_machine = "message" };
	struct context_vars v;

	context_vars(&v, &c, want[0][1], want[1][1], "mx", "mexico");
	ok(v.n == nitems(want) && v.n <= CONTEXT_VARS, "%zu variables", v.n);
	for (size_t i = 0; i < nitems(want); i++)
		ok(strcmp(value(&v, want[i][0]), want[i][1]) == 0, "%s = %s",
		    want[i][0], value(&v, want[i][0]));
	c.amd = false;
	c.prompt_machine[0] = '\0';
	context_vars(&v, &c, "id", "+1", "c", "usa");
	ok(strcmp(value(&v, "DSC_AMD"), "0") == 0 &&
		strcmp(value(&v, "DSC_PROMPT_MACHINE"), "") == 0,
	    "off and empty are said, too");
	return done_testing();
}

/* SPDX-License-Identifier: MIT */
/* context: names and values, no quoting: that is the switch's business. */
#include "engine/context.h"

#include "shared/util.h"

static void
add(struct context_vars *o, const char *name, const char *value)
{
	o->v[o->n][0] = name;
	o->v[o->n][1] = value;
	o->n++;
}

void
context_vars(struct context_vars *o, const struct m_context *c,
    const char *call_id, const char *number, const char *campaign,
    const char *country)
{
	o->n = 0;
	str_from_int(o->text[0], c->menu_timeout);
	str_from_int(o->text[1], c->retries);
	str_from_int(o->text[2], c->ring_timeout);
	add(o, "DSC_CALL", call_id);
	add(o, "DSC_NUMBER", number);
	add(o, "DSC_CAMPAIGN", campaign);
	add(o, "DSC_COUNTRY", country);
	add(o, "DSC_CONNECT_KEY", c->connect_key);
	add(o, "DSC_DISCONNECT_KEY", c->disconnect_key);
	add(o, "DSC_REPEAT_KEY", c->repeat_key);
	add(o, "DSC_TIMEOUT", o->text[0]);
	add(o, "DSC_RETRIES", o->text[1]);
	add(o, "DSC_PROMPT", c->prompt);
	add(o, "DSC_PROMPT_CONNECT", c->prompt_connect);
	add(o, "DSC_PROMPT_GOODBYE", c->prompt_goodbye);
	add(o, "DSC_PROMPT_MACHINE", c->prompt_machine);
	add(o, "DSC_DEST", c->destination);
	add(o, "DSC_RING", o->text[2]);
	add(o, "DSC_AMD", c->amd ? "1" : "0");
	add(o, "DSC_ON_MACHINE", c->on_machine);
}

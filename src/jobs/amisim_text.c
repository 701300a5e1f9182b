/* SPDX-License-Identifier: MIT */
/*
 * amisim_text: the parts of AMI messages that several of them share, in the
 * words and the order of Asterisk 22.
 */
#include "jobs/amisim_text.h"

void
amisim_text_int(struct amisim_text *t, int64_t v)
{
	char digits[24], *p = digits + sizeof(digits);
	uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;

	do
		*--p = (char)('0' + u % 10);
	while ((u /= 10) > 0);
	if (v < 0)
		*--p = '-';
	amisim_text_put(t, p, (size_t)(digits + sizeof(digits) - p));
}

const char *
amisim_text_state(int state)
{
	static const char *const words[] = { "Down", "Rsrvd", "OffHook",
		"Dialing", "Ring", "Ringing", "Up" };

	return words[state];
}

const char *
amisim_text_cause(int cause)
{
	static const struct {
		int cause;
		const char *text;
	} texts[] = {
		{ 1, "Unallocated (unassigned) number" },
		{ 16, "Normal Clearing" },
		{ 17, "User busy" },
		{ 18, "No user responding" },
		{ 19, "User alerting, no answer" },
		{ 20, "Subscriber absent" },
		{ 21, "Call Rejected" },
		{ 22, "Number changed" },
		{ 27, "Destination out of order" },
		{ 28, "Invalid number format" },
		{ 34, "Circuit/channel congestion" },
		{ 38, "Network out of order" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].cause == cause)
			return texts[i].text;
	return "Unknown";
}

static const char *
known(const char *s)
{
	return *s != '\0' ? s : "<unknown>";
}

void
amisim_text_channel(
    struct amisim_text *t, const char *x, const struct amisim_channel *c)
{
	amisim_text_header(t, x, "Channel", c->channel);
	amisim_text_number(t, x, "ChannelState", c->state);
	amisim_text_header(
	    t, x, "ChannelStateDesc", amisim_text_state(c->state));
	amisim_text_header(t, x, "CallerIDNum", known(c->cid_num));
	amisim_text_header(t, x, "CallerIDName", known(c->cid_name));
	amisim_text_header(t, x, "ConnectedLineNum", known(c->line_num));
	amisim_text_header(t, x, "ConnectedLineName", known(c->line_name));
	amisim_text_header(t, x, "Language", "en");
	amisim_text_header(t, x, "AccountCode", "");
	amisim_text_header(t, x, "Context", c->context);
	amisim_text_header(t, x, "Exten", c->exten);
	amisim_text_number(t, x, "Priority", c->priority);
	amisim_text_header(t, x, "Uniqueid", c->uniqueid);
	amisim_text_header(t, x, "Linkedid", c->linkedid);
}

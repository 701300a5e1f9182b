/* SPDX-License-Identifier: MIT */
/*
 * The manager parser and what is made of its messages: the first byte says how
 * the rest is cut, and the result must not depend on it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/ami_agent.h"
#include "net/ami_event.h"
#include "net/ami_parse.h"
#include "shared/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static uint64_t
run(const uint8_t *data, size_t n, size_t step)
{
	static struct ami_parse *p;
	struct ami_msg m;
	struct ami_event e;
	struct ami_agent g;
	uint64_t sum = 0;

	if (p == NULL)
		p = ami_parse_new();
	ami_parse_reset(p);
	for (size_t off = 0; off < n;) {
		size_t size;
		char *room = ami_parse_space(p, &size);

		size = MINIMUM(size, MINIMUM(step, n - off));
		memcpy(room, data + off, size);
		off += size;
		ami_parse_fed(p, size);
		while (ami_parse_next(p, &m)) {
			const char *name, *value;
			size_t nl, vl;

			for (size_t i = 0; i < m.nlines; i++) {
				sum = sum * 31 + m.line[i].len;
				if (ami_msg_line(
					&m, i, &name, &nl, &value, &vl) &&
				    value + vl + 1 < name)
					abort();
			}
			if (ami_agent_read(&m, &g))
				sum = sum * 31 + strlen(g.a.name) +
				      strlen(g.a.queue) * 3 +
				      strlen(g.a.interface) * 5 +
				      strlen(g.a.detail) * 7 + g.a.calls +
				      strlen(g.a.state);
			if (!ami_event_read(&m, &e))
				continue;
			sum = sum * 31 + (uint64_t)e.ev.type;
			if (e.ev.id != NULL && strlen(e.ev.id) != UUID_LEN)
				abort();
			if (!(e.timestamp_s >= 0 && e.timestamp_s <= 1e11))
				abort();
			if (e.ev.text != NULL)
				sum = sum * 31 + strlen(e.ev.text);
		}
	}
	return sum * 31 + ami_parse_skipped(p) +
	       strlen(ami_parse_banner(p)) * 7;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n < 1)
		return 0;
	if (run(data + 1, n - 1, n) != run(data + 1, n - 1, 1u + data[0]))
		abort();
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* demo_lists: the sums the demo promises, and nothing but valid numbers. */
#include "ui/demo_lists.h"

#include <stdlib.h>
#include <string.h>

#include "shared/number.h"
#include "tap.h"

/* First cells that are numbers, by the country they are in; others: rest. */
static int
count_valid(const struct buf *csv, const struct demo_list *l, int *by_country,
    int *others)
{
	const char *region =
	    l->country != NULL ? demo_countries[l->first].region : NULL;
	int good = 0;

	*others = -1; /* the header */
	for (const char *p = csv->p; *p;) {
		struct number n;
		char cell[80];
		size_t len = strcspn(p, "\r\n"), i = demo_ncountries;

		str_format(cell, sizeof(cell), "%.*s",
		    (int)MINIMUM(strcspn(p, ",;\r\n"), 79u), p);
		if (number_parse(cell, region, &n))
			for (i = l->first; i < l->first + l->n; i++)
				if (strcmp(demo_countries[i].region,
					n.region) == 0)
					break;
		if (i < l->first + l->n) {
			by_country[i]++;
			good++;
		} else {
			++*others;
		}
		p += len;
		p += strspn(p, "\r\n");
	}
	return good;
}

int
main(void)
{
	struct buf dids = BUF_INIT, again = BUF_INIT, dnc = BUF_INIT;
	struct rng r;
	int contacts = 0, listed = 0, lines = 0;
	int by_country[16] = { 0 };

	rng_seed(&r, 7);
	for (size_t i = 0; i < demo_nlists; i++) {
		const struct demo_list *l = &demo_lists[i];
		struct buf csv = BUF_INIT;
		struct demo_lines n = demo_contacts(l, &r, &csv, &dnc);
		int others, valid = count_valid(&csv, l, by_country, &others);

		ok(valid == n.good + n.listed + n.duplicate &&
			others == n.bad && n.bad > 0 && n.duplicate > 0,
		    "%s: %d good, %d listed, %d twice, %d bad; %d valid",
		    l->file, n.good, n.listed, n.duplicate, n.bad, valid);
		contacts += n.good;
		listed += n.listed;
		buf_clear(&csv);
	}
	for (size_t i = 0; i < demo_ncountries; i++)
		ok(by_country[i] >= demo_countries[i].contacts, "%s has its %d",
		    demo_countries[i].name, demo_countries[i].contacts);
	ok(contacts == 5000 && demo_ncountries == 9, "5,000 in 9 countries");
	for (const char *p = dnc.p; *p; p++)
		lines += *p == '\n';
	ok(lines == listed, "%d on the do-not-call list", listed);
	ok(demo_dids(&r, &dids) == 300, "300 DIDs");
	rng_seed(&r, 8);
	demo_dids(&r, &again);
	ok(strcmp(buf_cstr(&dids), buf_cstr(&again)) != 0, "seeds differ");
	buf_clear(&dids);
	buf_clear(&again);
	buf_clear(&dnc);
	return done_testing();
}

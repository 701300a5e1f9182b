/* SPDX-License-Identifier: MIT */
/*
 * loader_objects: objects and caller IDs, kind after kind and page after page.
 * Does not judge them: the engine says what it cannot use.
 */
#include "daemon/loader_state.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/fresh.h"
#include "shared/log.h"
#include "shared/spec.h"
#include "shared/util.h"

#define DID_PAGE 5000

static const char *const kinds[K_N] = { "trunk", "profile", "country",
	"amd_profile", "context", "campaign", "alert_rule" };

/* ---- objects ---------------------------------------------------------- */

#define DECODE(kind, member, type)                                             \
	static size_t decode_##kind(const json_t *a, struct type **out)        \
	{                                                                      \
		size_t n = json_array_size(a), i, k = 0;                       \
		json_t *o;                                                     \
                                                                               \
		*out = xcalloc(n, sizeof(**out));                              \
		json_array_foreach (a, i, o)                                   \
			if (spec_##kind(o, &(*out)[k]))                        \
				k++;                                           \
		return k;                                                      \
	}
DECODE(trunk, trunks, m_trunk)
DECODE(profile, profiles, m_profile)
DECODE(country, countries, m_country)
DECODE(amd_profile, amd_profiles, m_amd_profile)
DECODE(context, contexts, m_context)
DECODE(campaign, campaigns, m_campaign)
DECODE(alert_rule, rules, m_alert_rule)

static void
take_objects(struct load *l)
{
	struct m_trunk *t;
	struct m_profile *p;
	struct m_country *k;
	struct m_amd_profile *a;
	struct m_context *x;
	struct m_campaign *c;
	struct m_alert_rule *r;
	struct engine_objects o = { 0 };
	struct now now = now_read();

	o.ntrunks = decode_trunk(l->objects[K_TRUNK], &t);
	o.nprofiles = decode_profile(l->objects[K_PROFILE], &p);
	o.ncountries = decode_country(l->objects[K_COUNTRY], &k);
	o.namd_profiles = decode_amd_profile(l->objects[K_AMD_PROFILE], &a);
	o.ncontexts = decode_context(l->objects[K_CONTEXT], &x);
	o.ncampaigns = decode_campaign(l->objects[K_CAMPAIGN], &c);
	o.nrules = decode_alert_rule(l->objects[K_ALERT_RULE], &r);
	o.trunks = t;
	o.profiles = p;
	o.countries = k;
	o.amd_profiles = a;
	o.contexts = x;
	o.campaigns = c;
	o.rules = r;
	engine_objects(l->d->engine, &o, &now);
	free(t);
	free(p);
	free(k);
	free(a);
	free(x);
	free(c);
	free(r);
}

static void ask_dids(struct load *, int64_t after);

static void
on_objects(void *arg, const struct db_answer *a)
{
	struct load *l = loader_of(arg);
	json_error_t je;

	if (!loader_goes_on(l, a, kinds[l->kind]))
		return;
	l->objects[l->kind] = PQntuples(a->res) == 1
				  ? json_loads(PQgetvalue(a->res, 0, 0), 0, &je)
				  : NULL;
	if (!json_is_array(l->objects[l->kind]))
		log_error("database: no list of %s came back", kinds[l->kind]);
	if (++l->kind < K_N) {
		load_objects(l->db, kinds[l->kind], NULL, on_objects, l);
		return;
	}
	take_objects(l);
	engine_dids_begin(l->d->engine);
	ask_dids(l, 0);
}

void
loader_begin(struct daemon *d, struct db *db, bool reload)
{
	struct load *l = xcalloc(1, sizeof(*l));

	l->magic = LOAD_MAGIC;
	l->d = d;
	l->db = db;
	l->reload = reload;
	l->id = d->load_id;
	load_objects(db, kinds[0], NULL, on_objects, l);
}

/* ---- caller IDs ------------------------------------------------------- */

static void
put_did(struct daemon *d, const PGresult *r, int i)
{
	struct now now = now_read();
	int64_t until = loader_int(r, i, 5);

	/* Blocked without a time: until a person lets it go. */
	if (strcmp(PQgetvalue(r, i, 4), "blocked") == 0 && until == 0)
		until = INT64_MAX;
	else if (strcmp(PQgetvalue(r, i, 4), "blocked") != 0)
		until = 0;
	engine_did(d->engine, loader_int(r, i, 0), PQgetvalue(r, i, 1),
	    PQgetvalue(r, i, 2), PQgetvalue(r, i, 3), (int)loader_int(r, i, 7),
	    until, PQgetvalue(r, i, 6), &now);
}

static void
replay(struct load *l)
{
	struct daemon *d = l->d;
	struct now now;

	if (l->reload) {
		engine_dids_end(d->engine);
		d->reloading = false;
		d->attach_wanted = true; /* its lists may have changed */
		loader_free(l);
		/* Before the next one begins: that is newer. */
		fresh_over(d);
		if (d->reload_wanted && !d->reloading)
			loader_reload(d);
		else
			loader_tally(d);
		return;
	}
	engine_dids_end(d->engine);
	loader_free(l);
	/* loader_replayed() goes on when every line is confirmed. */
	d->replaying = true;
	now = now_read();
	record_pump(d, &now);
	loader_replayed(d);
}

static void
on_dids(void *arg, const struct db_answer *a)
{
	struct load *l = loader_of(arg);
	int n;

	if (!loader_goes_on(l, a, "caller IDs"))
		return;
	n = PQntuples(a->res);
	for (int i = 0; i < n; i++)
		put_did(l->d, a->res, i);
	if (n == DID_PAGE)
		ask_dids(l, loader_int(a->res, n - 1, 0));
	else
		replay(l);
}

static void
ask_dids(struct load *l, int64_t after)
{
	load_dids(l->db, after, DID_PAGE, on_dids, l);
}

/* SPDX-License-Identifier: MIT */
/*
 * boards_docs: what the engine of a made-up board (boards.h) answers to the
 * questions of the pane of contexts, and the keys that were pressed in them.
 */
#ifndef T_BOARDS_DOCS_H
#define T_BOARDS_DOCS_H

#include <string.h>

#include "shared/rows.h"
#include "shared/util.h"

/* `show context`: two simple ones, a menu of departments, a survey. */
#define BOARDS_SURVEY "mexico-encuesta"
#define BOARDS_CONTEXTS                                                        \
	"[{\"name\":\"usa\",\"country\":\"usa\",\"connect_key\":\"1\","        \
	"\"disconnect_key\":\"9\",\"repeat_key\":\"0\",\"menu_timeout\":10,"   \
	"\"retries\":1,\"prompt\":\"press_1\",\"destination\":"                \
	"\"queue:sales\",\"ring_timeout\":20,\"amd\":true,\"on_machine\":"     \
	"\"hangup\",\"states\":[],\"version\":3},"                             \
	"{\"name\":\"mexico\",\"country\":\"mexico\",\"connect_key\":\"3\","   \
	"\"disconnect_key\":\"9\",\"repeat_key\":\"0\",\"menu_timeout\":15,"   \
	"\"retries\":2,\"prompt\":\"presione_3_conectar_mx\","                 \
	"\"prompt_goodbye\":\"adios_mx\",\"destination\":\"queue:ventas\","    \
	"\"ring_timeout\":25,\"amd\":true,\"on_machine\":\"hangup\","          \
	"\"states\":[],\"version\":7},"                                        \
	"{\"name\":\"mexico-cobranza\",\"country\":\"mexico\",\"states\":["    \
	"\"detect detect amd=mexico human>menu machine>vm unsure>menu\","      \
	"\"menu menu prompt=cobranza_menu timeout=10 retries=1 3>pay "         \
	"4>agent 5>later 9>out 0>repeat t>bye\","                              \
	"\"pay menu prompt=cobranza_pagar timeout=10 3>agent "                 \
	"7>card 9>out t>bye\","                                                \
	"\"card question prompt=cobranza_tarjeta digits=4 timeout=12 "         \
	"t>agent >agent\","                                                    \
	"\"agent connect dest=queue:cobranza ring=25 prompt=espere_mx "        \
	"fail>sorry >bye\","                                                   \
	"\"later question prompt=cobranza_cuando keys=123 t>bye >thanks\","    \
	"\"thanks hangup prompt=gracias_mx goal=yes\","                        \
	"\"sorry hangup prompt=lo_sentimos_mx\","                              \
	"\"out optout prompt=adios_mx\",\"bye hangup prompt=adios_mx\","       \
	"\"vm voicemail prompt=cobranza_mensaje\"],\"version\":12},"           \
	"{\"name\":\"" BOARDS_SURVEY "\",\"country\":\"mexico\",\"states\":["  \
	"\"hello play prompt=bienvenida_mx language=es >q1\","                 \
	"\"q1 question prompt=q1_satisfaccion keys=12345 timeout=10 "          \
	"retries=1 0>repeat 9>out t>bye >q2\","                                \
	"\"q2 question prompt=q2_recomienda keys=12 timeout=10 retries=1 "     \
	"t>bye >age\","                                                        \
	"\"age question prompt=q3_edad digits=2 timeout=8 t>bye >more\","      \
	"\"more speech prompt=hablar_con_agente timeout=6 retries=1 "          \
	"grammar=si_no si>sales no>thanks 3>sales t>thanks\","                 \
	"\"sales connect dest=queue:ventas ring=20 fail>thanks >thanks\","     \
	"\"thanks play prompt=gracias_mx goal=yes\","                          \
	"\"out optout prompt=adios_mx\",\"bye hangup prompt=adios_mx\"],"      \
	"\"version\":4}]"

/* `survey mexico-encuesta` */
#define BOARDS_ANSWER(a, n, share)                                             \
	"{\"answer\":\"" a "\",\"n\":" #n ",\"share\":" #share "}"
#define BOARDS_ANSWERS                                                                            \
	"{\"context\":\"" BOARDS_SURVEY "\",\"version\":4,\"calls\":2140,"                        \
	"\"completed\":811,\"questions\":["                                                       \
	"{\"question\":\"q1\",\"prompt\":\"q1_satisfaccion\",\"answered\":"                       \
	"1210,\"answers\":[" BOARDS_ANSWER("1", 61, 0.05) "," BOARDS_ANSWER(                      \
	    "2", 97, 0.08) "," BOARDS_ANSWER("3", 254,                                            \
	    0.21) "," BOARDS_ANSWER("4", 484, 0.4) "," BOARDS_ANSWER("5", 314,                    \
	    0.26) "]},{\"question\":\"q2\",\"prompt\":\"q2_recomienda\",\"answered\":"            \
		  "1002,\"answers\":[" BOARDS_ANSWER(                                             \
		      "1", 721, 0.72) "," BOARDS_ANSWER("2", 281,                                 \
		      0.28) "]},"                                                                 \
			    "{\"question\":\"age\",\"prompt\":\"q3_edad\",\"answered\":877,"      \
			    "\"others\":590,\"answers\":[" BOARDS_ANSWER(                         \
				"34", 88, 0.1) "," BOARDS_ANSWER("41", 79,                        \
				0.09) "," BOARDS_ANSWER("28", 61,                                 \
				0.07) "," BOARDS_ANSWER("52", 59,                                 \
				0.067) "]},"                                                      \
				       "{\"question\":\"more\",\"prompt\":\"hablar_con_agente\"," \
				       "\"answered\":790,\"answers\":[" BOARDS_ANSWER(            \
					   "no", 556,                                             \
					   0.704) "," BOARDS_ANSWER("si", 200,                    \
					   0.253) "," BOARDS_ANSWER("3", 34,                      \
					   0.043) "]}]}"

#define BOARDS_KEYS 14

/* Row i of BOARDS_KEYS. */
static inline void
boards_key(struct row_key *r, size_t i)
{
	static const struct {
		const char *country, *context, *key, *leads;
		uint32_t presses, suspect, connects, connects_machine;
		int at; /* s, the usual moment */
	} v[BOARDS_KEYS] = {
		{ "usa", "usa", "1", "connect", 1322, 14, 1262, 12, 6 },
		{ "usa", "usa", "9", "optout", 142, 2, 0, 0, 8 },
		{ "usa", "usa", "0", "repeat", 61, 0, 0, 0, 9 },
		{ "usa", "usa", "2", "invalid", 33, 1, 0, 0, 7 },
		{ "mexico", "mexico", "3", "connect", 604, 9, 589, 7, 7 },
		{ "mexico", "mexico", "9", "optout", 71, 1, 0, 0, 9 },
		{ "mexico", "mexico", "1", "invalid", 218, 170, 0, 0, 1 },
		{ "mexico", "mexico-cobranza", "4", "connect", 310, 71, 290, 66,
		    2 },
		{ "mexico", BOARDS_SURVEY, "4", "answer", 484, 2, 0, 0, 6 },
		{ "mexico", BOARDS_SURVEY, "1", "answer", 782, 40, 0, 0, 4 },
		{ "mexico", BOARDS_SURVEY, "5", "answer", 314, 1, 0, 0, 7 },
		{ "mexico", BOARDS_SURVEY, "3", "connect", 288, 3, 34, 1, 5 },
		{ "mexico", BOARDS_SURVEY, "2", "answer", 378, 4, 0, 0, 6 },
		{ "mexico", BOARDS_SURVEY, "9", "optout", 19, 0, 0, 0, 8 },
	};

	memset(r, 0, sizeof(*r));
	str_copy(r->country, sizeof(r->country), v[i].country);
	str_copy(r->context, sizeof(r->context), v[i].context);
	str_copy(r->key, sizeof(r->key), v[i].key);
	str_copy(r->leads, sizeof(r->leads), v[i].leads);
	r->presses = v[i].presses;
	r->early = v[i].suspect / 3;
	r->on_machine = v[i].suspect - r->early;
	r->connects = v[i].connects;
	r->connects_machine = v[i].connects_machine;
	r->connected = v[i].connects * 9 / 10;
	r->short_talks = v[i].connects_machine * 3 / 4 + v[i].connects / 20;
	if (strcmp(v[i].leads, "invalid") == 0)
		r->invalid = r->presses;
	r->asked = r->presses - r->early;
	r->ms = (uint64_t)r->asked * (uint64_t)(v[i].at * 1000 + 400);
	for (int s = 0; s < ROW_KEY_SECONDS; s++) {
		int far = s > v[i].at ? s - v[i].at : v[i].at - s;

		r->after[s] = r->asked / (uint32_t)(4 + far * far * 3);
	}
	r->machine_low = r->connects < 20 ? -1
					  : (float)r->connects_machine /
						(float)r->connects * 0.82f;
	if (r->machine_low > 0.1f) {
		str_copy(r->advice, sizeof(r->advice),
		    "key 4 connects machines: no machine presses 6");
		str_copy(r->better, sizeof(r->better), "6");
		r->states = 1;
	}
}

#endif

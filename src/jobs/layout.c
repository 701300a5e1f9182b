/* SPDX-License-Identifier: MIT */
/*
 * layout: titles, or a look at the first rows.  It decides once, before the
 * first row is loaded, so that a list is read one way from end to end.
 */
#include "jobs/layout.h"

#include <strings.h>

#include "shared/number.h"
#include "shared/text.h"
#include "shared/util.h"

#define LOOK_ROWS 50

/* In plain form (layout_plain); further up wins among columns of one role. */
static const struct {
	const char *word;
	enum layout_role role;
} titles[] = {
	{ "phonenumber", LAYOUT_NUMBER },
	{ "phone", LAYOUT_NUMBER },
	{ "number", LAYOUT_NUMBER },
	{ "mobile", LAYOUT_NUMBER },
	{ "mobilenumber", LAYOUT_NUMBER },
	{ "mobilephone", LAYOUT_NUMBER },
	{ "cell", LAYOUT_NUMBER },
	{ "cellphone", LAYOUT_NUMBER },
	{ "cellnumber", LAYOUT_NUMBER },
	{ "tel", LAYOUT_NUMBER },
	{ "telephone", LAYOUT_NUMBER },
	{ "telephonenumber", LAYOUT_NUMBER },
	{ "msisdn", LAYOUT_NUMBER },
	{ "did", LAYOUT_NUMBER },
	{ "callerid", LAYOUT_NUMBER },
	{ "ani", LAYOUT_NUMBER },
	{ "telefono", LAYOUT_NUMBER },
	{ "numerotelefono", LAYOUT_NUMBER },
	{ "numerodetelefono", LAYOUT_NUMBER },
	{ "numerotelefonico", LAYOUT_NUMBER },
	{ "celular", LAYOUT_NUMBER },
	{ "telefonocelular", LAYOUT_NUMBER },
	{ "numerocelular", LAYOUT_NUMBER },
	{ "numerodecelular", LAYOUT_NUMBER },
	{ "movil", LAYOUT_NUMBER },
	{ "telefonomovil", LAYOUT_NUMBER },
	{ "numero", LAYOUT_NUMBER },
	{ "telefone", LAYOUT_NUMBER },
	{ "numerotelefone", LAYOUT_NUMBER },
	{ "numerodetelefone", LAYOUT_NUMBER },
	{ "telefonecelular", LAYOUT_NUMBER },
	{ "fone", LAYOUT_NUMBER },
	{ "whatsapp", LAYOUT_NUMBER },
	{ "phone1", LAYOUT_NUMBER },
	{ "telefono1", LAYOUT_NUMBER },
	{ "telefone1", LAYOUT_NUMBER },
	{ "tel1", LAYOUT_NUMBER },
	{ "destination", LAYOUT_NUMBER },
	{ "destino", LAYOUT_NUMBER },
	{ "name", LAYOUT_NAME },
	{ "fullname", LAYOUT_NAME },
	{ "nombre", LAYOUT_NAME },
	{ "nombrecompleto", LAYOUT_NAME },
	{ "nome", LAYOUT_NAME },
	{ "nomecompleto", LAYOUT_NAME },
	{ "firstname", LAYOUT_NAME },
	{ "nombres", LAYOUT_NAME },
	{ "primeironome", LAYOUT_NAME },
	{ "customer", LAYOUT_NAME },
	{ "cliente", LAYOUT_NAME },
	{ "contact", LAYOUT_NAME },
	{ "contacto", LAYOUT_NAME },
	{ "contato", LAYOUT_NAME },
	{ "lastname", LAYOUT_SURNAME },
	{ "surname", LAYOUT_SURNAME },
	{ "apellido", LAYOUT_SURNAME },
	{ "apellidos", LAYOUT_SURNAME },
	{ "sobrenome", LAYOUT_SURNAME },
	{ "country", LAYOUT_COUNTRY },
	{ "countrycode", LAYOUT_COUNTRY },
	{ "pais", LAYOUT_COUNTRY },
	{ "codigopais", LAYOUT_COUNTRY },
	{ "codigodepais", LAYOUT_COUNTRY },
	{ "codigodopais", LAYOUT_COUNTRY },
	{ "reason", LAYOUT_REASON },
	{ "motivo", LAYOUT_REASON },
	{ "razon", LAYOUT_REASON },
	{ "areacode", LAYOUT_AREA },
	{ "area", LAYOUT_AREA },
	{ "npa", LAYOUT_AREA },
	{ "lada", LAYOUT_AREA },
	{ "ddd", LAYOUT_AREA },
	{ "weight", LAYOUT_WEIGHT },
	{ "peso", LAYOUT_WEIGHT },
	{ "priority", LAYOUT_PRIORITY },
	{ "prioridad", LAYOUT_PRIORITY },
	{ "prioridade", LAYOUT_PRIORITY },
	{ "callat", LAYOUT_CALL_AT },
	{ "callbackat", LAYOUT_CALL_AT },
	{ "llamaralas", LAYOUT_CALL_AT },
	{ "ligaras", LAYOUT_CALL_AT },
};

/* One digit behind these: a further number; phone1 is the first one. */
static const char *const further[] = { "alt", "alternate", "alternative",
	"alternativo", "alterno", "phone", "phonenumber", "tel", "telephone",
	"mobile", "cell", "cellphone", "telefono", "celular", "movil", "cel",
	"telefone", "fone" };

/* What lists call countries; two letters and calling codes need no row. */
static const struct {
	const char *word, *region;
} names[] = {
	{ "usa", "US" },
	{ "unitedstates", "US" },
	{ "unitedstatesofamerica", "US" },
	{ "estadosunidos", "US" },
	{ "eeuu", "US" },
	{ "eua", "US" },
	{ "canada", "CA" },
	{ "can", "CA" },
	{ "mexico", "MX" },
	{ "mex", "MX" },
	{ "brazil", "BR" },
	{ "brasil", "BR" },
	{ "bra", "BR" },
	{ "argentina", "AR" },
	{ "arg", "AR" },
	{ "colombia", "CO" },
	{ "col", "CO" },
	{ "chile", "CL" },
	{ "chl", "CL" },
	{ "peru", "PE" },
	{ "per", "PE" },
	{ "venezuela", "VE" },
	{ "ven", "VE" },
	{ "ecuador", "EC" },
	{ "bolivia", "BO" },
	{ "paraguay", "PY" },
	{ "uruguay", "UY" },
	{ "uruguai", "UY" },
	{ "panama", "PA" },
	{ "costarica", "CR" },
	{ "guatemala", "GT" },
	{ "honduras", "HN" },
	{ "elsalvador", "SV" },
	{ "nicaragua", "NI" },
	{ "cuba", "CU" },
	{ "puertorico", "PR" },
	{ "dominicanrepublic", "DO" },
	{ "republicadominicana", "DO" },
	{ "spain", "ES" },
	{ "espana", "ES" },
	{ "espanha", "ES" },
	{ "portugal", "PT" },
};

/* Base letters of U+00C0..U+00FF. */
static const char latin1[] = "aaaaaaaceeeeiiiidnooooo.ouuuuytsaaaaaaaceeeeiiii"
			     "dnooooo.ouuuuyty";

void
layout_plain(const char *s, char *out, size_t size)
{
	size_t n = 0, step;
	uint32_t c;

	for (; (step = text_decode(s, &c)) > 0 && n + 1 < size; s += step) {
		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		else if (c >= 0xc0 && c <= 0xff)
			c = (uint32_t)(unsigned char)latin1[c - 0xc0];
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = (char)c;
	}
	out[n] = '\0';
}

const char *
layout_region(const char *word)
{
	static char id[3]; /* one thread */
	char plain[64];
	int64_t code;

	layout_plain(word, plain, sizeof(plain));
	for (size_t i = 0; i < nitems(names); i++)
		if (strcmp(names[i].word, plain) == 0)
			return names[i].region;
	if (str_int64(plain, 1, 999, &code))
		return number_code_region((int)code);
	if (strlen(plain) != 2)
		return NULL;
	id[0] = (char)(plain[0] & ~0x20);
	id[1] = (char)(plain[1] & ~0x20);
	id[2] = '\0';
	return number_region_known(id) ? id : NULL;
}

/* How far up the title stands in the table; -1: it is none. */
static int
title_rank(const char *cell)
{
	char plain[64];

	layout_plain(cell, plain, sizeof(plain));
	for (size_t i = 0; i < nitems(titles); i++)
		if (strcmp(titles[i].word, plain) == 0)
			return (int)i;
	return -1;
}

/* "alt1" .. "alt9", "phone2" .. "phone9": 1 to 9; 0: no further number. */
static int
alternate_rank(const char *cell)
{
	char plain[64];
	size_t n;
	int rank;

	layout_plain(cell, plain, sizeof(plain));
	n = strlen(plain);
	if (n < 2 || plain[n - 1] < '1' || plain[n - 1] > '9')
		return 0;
	rank = plain[n - 1] - '0';
	plain[n - 1] = '\0';
	for (size_t i = 0; i < nitems(further); i++)
		if (strcmp(further[i], plain) == 0)
			return rank > 1 || strncmp(plain, "alt", 3) == 0 ? rank
									 : 0;
	return 0;
}

/* 2: a number; 1: one whose country is missing or whose digits are lost. */
static int
number_score(const char *cell, const char *region)
{
	struct number n;

	if (number_parse(cell, region, &n))
		return 2;
	return n.verdict == NUMBER_V_SCIENTIFIC ||
	       (n.verdict == NUMBER_V_NO_COUNTRY && strlen(cell) >= 7);
}

struct look {
	const char *region;
	bool skip_line_1;
	int rows;
	int score[CSV_COLUMNS_MAX]; /* without the first row */
	int first[CSV_COLUMNS_MAX]; /* score of the first row */
	int rank[CSV_COLUMNS_MAX]; /* title_rank of the first row */
	int alternate[CSV_COLUMNS_MAX]; /* alternate_rank of it */
	struct layout *layout;
};

static void
look_row(void *arg, const struct csv_row *row)
{
	struct look *k = arg;

	if (row->blank || row->error != NULL || k->rows >= LOOK_ROWS ||
	    (k->skip_line_1 && row->line == 1))
		return;
	for (int i = 0; i < row->n; i++) {
		int score = number_score(row->field[i], k->region);

		if (k->rows > 0) {
			k->score[i] += score;
			continue;
		}
		k->first[i] = score;
		k->rank[i] = title_rank(row->field[i]);
		k->alternate[i] = alternate_rank(row->field[i]);
		k->layout->title[i] = xstrdup(row->field[i]);
		k->layout->n = i + 1;
	}
	k->rows++;
}

/* The titles, if the first row is titles at all. */
static bool
is_header(const struct look *k, int n)
{
	bool titled = false;

	for (int i = 0; i < n; i++) {
		if (k->first[i] == 2)
			return false;
		titled |= k->rank[i] >= 0 || k->alternate[i] > 0;
	}
	if (titled)
		return true;
	/* Unknown words over a column of numbers. */
	for (int i = 0; i < CSV_COLUMNS_MAX; i++)
		if (k->score[i] > 0 && k->first[i] == 0)
			return true;
	return false;
}

static void
take_titles(struct layout *l, const struct look *k)
{
	int best[LAYOUT_NROLE];

	for (int i = 0; i < LAYOUT_NROLE; i++)
		best[i] = -1;
	for (int i = 0; i < l->n; i++) {
		enum layout_role role;
		bool better;
		int b;

		if (k->rank[i] < 0)
			continue;
		role = titles[k->rank[i]].role;
		b = l->role[role];
		better = b < 0 || k->rank[i] < best[role];
		/* "phone" may be empty where "mobile" is filled. */
		if (role == LAYOUT_NUMBER && b >= 0 &&
		    k->score[i] != k->score[b])
			better = k->score[i] > k->score[b];
		if (better) {
			l->role[role] = i;
			best[role] = k->rank[i];
		}
	}
}

/* By their digit, those alike by their place; not the one that is dialled. */
static void
take_alternates(struct layout *l, const struct look *k)
{
	for (int rank = 1; rank <= 9; rank++)
		for (int i = 0; i < l->n; i++)
			if (k->alternate[i] == rank &&
			    i != l->role[LAYOUT_NUMBER] &&
			    l->nalternates < LAYOUT_ALTERNATES)
				l->alternate[l->nalternates++] = i;
}

bool
layout_find(struct layout *l, const char *head, size_t len, bool whole,
    bool sep, int delimiter, const char *region, struct buf *err)
{
	struct look *k = xcalloc(1, sizeof(*k));
	struct csv *c = csv_new(delimiter, look_row, k);
	int best = -1, rows;

	memset(l, 0, sizeof(*l));
	for (int i = 0; i < LAYOUT_NROLE; i++)
		l->role[i] = -1;
	k->region = region;
	k->skip_line_1 = sep;
	k->layout = l;
	csv_feed(c, head, len);
	if (whole || k->rows == 0)
		csv_end(c);
	csv_free(c);
	rows = k->rows;
	l->header = is_header(k, l->n);
	if (l->header)
		take_titles(l, k);
	for (int i = 0; i < CSV_COLUMNS_MAX && l->role[LAYOUT_NUMBER] < 0;
	     i++) {
		if (!l->header)
			k->score[i] += k->first[i];
		if (k->score[i] > 0 &&
		    (best < 0 || k->score[i] > k->score[best]))
			best = i;
	}
	if (l->role[LAYOUT_NUMBER] < 0)
		l->role[LAYOUT_NUMBER] = best;
	if (l->header)
		take_alternates(l, k);
	free(k);
	if (l->role[LAYOUT_NUMBER] >= 0 || rows == 0)
		return true;
	buf_str(err, "no column of the list holds phone numbers; name it "
		     "phone_number in the first line, or give --country for "
		     "numbers without a country code");
	return false;
}

void
layout_clear(struct layout *l)
{
	for (int i = 0; i < l->n; i++)
		free(l->title[i]);
	memset(l, 0, sizeof(*l));
}

const char *
layout_cell(
    const struct layout *l, const struct csv_row *row, enum layout_role role)
{
	int i = l->role[role];

	return i >= 0 && i < row->n ? row->field[i] : "";
}

const char *
layout_title(const struct layout *l, int column, char out[64])
{
	if (l->header && column < l->n && *l->title[column] != '\0') {
		if (!str_copy(out, 64, l->title[column]))
			layout_plain(l->title[column], out, 64);
	} else
		str_format(out, 64, "column %d", column + 1);
	return out;
}

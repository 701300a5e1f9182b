#!/bin/sh
# Translations: every text of the sources is in po/discador.pot, every one of
# those is translated in each language, with the same conversions.
. "$(dirname "$0")/lib.sh"
need gettext command -v msgfmt xgettext
need shellcheck command -v shellcheck

ok "po/extract passes shellcheck" shellcheck po/extract
po/extract >"$TMP/new.pot" 2>"$TMP/err"
is "$(cat "$TMP/err")" "" "the texts of the sources are found"
ids() { msgcat --no-wrap --no-location --sort-output "$1" | sed '1,/^$/d'; }
ids "$TMP/new.pot" >"$TMP/new"
ids po/discador.pot >"$TMP/old"
ok "po/discador.pot has every text of the sources (make pot)" \
	diff "$TMP/old" "$TMP/new"

# shellcheck disable=SC2013
for l in $(sed -n 's/^LINGUAS = //p' Makefile); do
	ok "$l: msgfmt -c accepts it" msgfmt -c -o "$TMP/$l.mo" "po/$l.po"
	like "$(LC_ALL=C msgfmt -c --statistics -o /dev/null "po/$l.po" 2>&1)" \
		'^[0-9]+ translated messages\.$' "$l: all translated, none fuzzy"
	msgattrib --no-obsolete --no-wrap "po/$l.po" >"$TMP/$l.po"
	ids "$TMP/$l.po" | sed 's/^msgstr\(\[.*\]\)\? .*/msgstr\1 ""/' |
		grep '^msgid' >"$TMP/has"
	grep '^msgid' "$TMP/new" >"$TMP/wants"
	ok "$l: the texts are those of today (make po-update)" \
		diff "$TMP/has" "$TMP/wants"
	like "$(grep -c . "$B/po/$l.mo")" '^[1-9]' "$l: $B/po/$l.mo is built"
done
done_testing

#!/bin/sh
# Tables, sample, manual pages, help and the other documents agree.
. "$(dirname "$0")/lib.sh"
need shellcheck command -v shellcheck
D=$B/discador
export LC_ALL=C.UTF-8

"$D" help conf >"$TMP/sample"
ok "etc/discador.conf is the table's sample" diff "$TMP/sample" \
	etc/discador.conf

# section NAME: what stands between its marks in the manual page
section() { sed -n "/^\\.\\\\\" begin $1 /,/^\\.\\\\\" end $1/p" \
	man/${2:-discador.conf.5} | sed '1d;$d'; }
section OPTIONS >"$TMP/OPTIONS"
section OBJECTS >"$TMP/OBJECTS"
awk -f man/options.awk "$TMP/sample" >"$TMP/options"
awk -f man/objects.awk src/shared/tbl_spec.h >"$TMP/objects"
ok "discador.conf(5): OPTIONS are the table" diff "$TMP/options" "$TMP/OPTIONS"
ok "discador.conf(5): OBJECTS are the table" diff "$TMP/objects" "$TMP/OBJECTS"
section KEYS discador.1 >"$TMP/KEYS"
awk -f man/keys.awk src/shared/tbl_keys.h >"$TMP/keys"
ok "discador(1): KEYS are the table" diff "$TMP/keys" "$TMP/KEYS"
is "$(tr -d '\n' <src/shared/tbl_keys.h | grep -o 'KEY([A-Z]*, "[^"]*"' | wc -l)" \
	"$(sed -n 's/^\\fB\(.*\)\\fR$/\1/p' "$TMP/KEYS" | tr ',' '\n' | grep -c .)" \
	"no key is missing in it"
is "$(grep -c '^\.TP' "$TMP/OPTIONS")" \
	"$(grep -c '^CONF[_A-Z]*("' src/shared/tbl_conf.h)" "no option is missing"
# two more for each of the eight kinds is its name
is "$(grep -c '^\.TP' "$TMP/OBJECTS")" \
	"$(($(grep -c '^SPEC(' src/shared/tbl_spec.h) + 8))" "no key is missing"

# Every option of the sample, taken alone and uncommented, is accepted
sed -n 's/^#\([^ ]\)/\1/p' "$TMP/sample" >"$TMP/bare.conf"
"$D" -c "$TMP/bare.conf" --run-dir "$TMP" status >"$TMP/out" 2>&1
is $? 3 "the sample with all its options on is no mistake"

verbs=$(sed -n 's/^COMMAND("\([a-z]*\)".*/\1/p' src/shared/tbl_commands.h)
"$D" --help >"$TMP/help"
missing=
for v in $verbs; do
	grep -q "^  $v  *[a-z]" "$TMP/help" || missing="$missing help:$v"
	grep -q "^\\.B $v\\( \\|\$\\)" man/discador.1 || missing="$missing man:$v"
	"$D" help "$v" >/dev/null 2>&1 || missing="$missing help-$v"
	grep -q "^	{ \"$v\", cmd_" src/ui/cli_run.c ||
		missing="$missing handler:$v"
done
is "$missing" "" "every verb is in --help, discador(1) and has a handler"
unknown=
for v in $(sed -n 's/^\.B \([a-z]*\) .*fI.*/\1/p;s/^\.B \([a-z]*\)$/\1/p' \
	man/discador.1); do
	case " $(echo $verbs) discador null apply auto space S X q Q help quit " in
	*" $v "*) ;; *) unknown="$unknown $v";; esac
done
is "$unknown" "" "discador(1) describes no other verb"

bad=
for f in etc/countries.conf etc/profiles.conf etc/demo/*.conf \
	etc/examples/*.conf; do
	# exit 3, no engine, comes after every check of the file
	"$D" --run-dir "$TMP/none" apply "$f" >"$TMP/out" 2>&1
	[ $? = 3 ] || bad="$bad $f: $(cat "$TMP/out")"
done
is "$bad" "" "every shipped file is one that apply reads"
is "$(grep -c '^		region = ' etc/countries.conf)" 9 "nine countries"
ok "the demo's open windows say that they are the demo's" \
	grep -q '^# DEMO ONLY' etc/demo/countries.conf
ok "and no other file opens them" test -z \
	"$(grep -l 'call_from = "00:00"' etc/countries.conf etc/examples/*.conf)"

# What src/README names exists
missing=
dir=
for w in $(grep -oE '[a-z]+/[A-Za-z0-9_./-]+|[a-z_0-9]+\.[ch]\b' src/README); do
	case $w in
	sql/*|contrib/*) [ -e "$w" ] || missing="$missing $w";;
	*/*.[ch]) dir=${w%/*}; [ -e "src/$w" ] || missing="$missing $w";;
	*.[ch]) [ -e "src/$dir/$w" ] || missing="$missing $dir/$w";;
	esac
done
is "$missing" "" "src/README names files that exist"
missing=
for w in $(grep -ohE '(^|[ (`])(src|etc|man|contrib|t|sql)/[A-Za-z0-9_./-]+[a-z0-9]' \
	README.md INSTALL HACKING | tr -d ' (`' | grep -v '^t/[0-9]*xx'); do
	[ -e "$w" ] || [ -n "$(ls "$w"* 2>/dev/null)" ] || missing="$missing $w"
done
is "$missing" "" "README.md, INSTALL and HACKING name files that exist"
is "$(sed -n 's/^discador \([0-9.]*\).*/\1/p' NEWS | head -n 1)" \
	"$(cat VERSION)" "NEWS begins with this version"
for p in discador.1 discadord.8 discador-sshd.8 discador.conf.5; do
	like "$(head -n 3 man/$p)" "\"discador $(cat VERSION)\"" \
		"man/$p is of this version"
done

# Shell: whatever begins with a shell's name, and t/*.sh
files=$(find contrib man t .ci -type f -exec grep -lE '^#!/bin/(ba)?sh' {} + \
	2>/dev/null)
bad=
for f in $files; do
	shellcheck -S warning -e SC1091,SC2034,SC2154 "$f" >>"$TMP/shellcheck" \
		2>&1 || bad="$bad $f"
done
is "$bad" "" "shellcheck has nothing to say" ||
	sed 's/^/# /' "$TMP/shellcheck"
done_testing

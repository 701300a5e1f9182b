#!/bin/sh
# discador-job import: dirty lists in, sums that add up, nothing half loaded.
. t/lib.sh
. t/lib-pg.sh
pg_start
JOB=$B/discador-job
CONN=$DISCADOR_CONNINFO

q "insert into country (name, region) values ('usa', 'US'), ('canada', 'CA'),
	('mexico', 'MX'), ('brazil', 'BR');
insert into campaign (name) values ('a'), ('b'), ('big');
insert into dnc (number, list) values ('+525511112222', 'internal'),
	('+13055550100', 'federal')" >/dev/null

# import FILE ARGS...: $rc, the last JSON line in $TMP/final, rejects
import() {
	T_f=$1; shift
	"$JOB" import "$@" --name "${T_f##*/}" --rejects-fd 5 --progress-fd 6 \
		<"$T_f" 5>"$TMP/rejects" 6>"$TMP/progress" 2>"$TMP/err"
	rc=$?
	tail -1 "$TMP/progress" >"$TMP/final"
}
# get KEY of the last JSON line
get() { perl -MJSON::PP -e 'local $/; my $v = decode_json(<STDIN>);
	print $v->{$ARGV[0]}' "$1" <"$TMP/final"; }
adds_up() { perl -MJSON::PP -e 'local $/; my $v = decode_json(<STDIN>);
	exit !($v->{imported} + $v->{duplicates} + $v->{dnc} + $v->{rejected}
	== $v->{read} && $v->{read} + $v->{header} + $v->{blank}
	== $v->{rows});' <"$TMP/final"; }
counts() { for T_k in rows header blank read imported held duplicates dnc \
	rejected; do printf '%s ' "$(get $T_k)"; done; }

# --- a list as they come ------------------------------------------------------
{
	printf '\357\273\277Tel\303\251fono;Nombre;Pa\303\255s;Monto;Nota\r\n'
	printf '+52 55 1234 5678;Jos\303\251;;1.500,00;"dos\r\nl\303\255neas"\r\n'
	printf '55 1234-5678;otra vez;M\303\251xico;;\r\n'
	printf '\r\n'
	printf '044 664 123 4567;Ana;mexico;12;\r\n'
	printf '5,21551E+12;Excel;MX;;\r\n'
	printf ';sin n\303\272mero;MX;;\r\n'
	printf '5511112222;no llame;MX;;\r\n'
	printf '+34 612 345 678;Espa\303\261a;;;\r\n'
	printf '800 234 5678;"gratis; 0800";US;;\r\n'
	printf '="3055550123";"O""Neil \033[31m";usa;;\r\n'
	printf '5512345;corto;MX;;\r\n'
	printf '(11) 98765-4321 ramal 12;Jo\303\243o;Brasil;;x\r\n'
	printf ';;;;\r\n'
	printf '1234;"abierta;\r\n'
	printf '+14165550199;ultima;;;'
} >"$TMP/dirty.csv"
import "$TMP/dirty.csv" contacts --campaign a
is $rc 0 "a dirty list goes in"
is "$(counts)" "16 1 2 13 6 1 1 1 5 " "every row is accounted for"
ok "and the sums add up" adds_up
is "$(cat "$TMP/rejects")" "$(cat <<-'REJ'
	line,reason,row
	7,digits lost in a spreadsheet (1.2E+11): format the column as text and export again,"5,21551E+12;Excel;MX;;"
	8,the number is empty,";sin número;MX;;"
	10,"+34612345678 is of ES, a country that is not configured","+34 612 345 678;España;;;"
	13,too short for its country,"5512345;corto;MX;;"
	16,a quote that is not closed,"1234;""abierta;"
	4,duplicate: the number stands further up in the file,"55 1234-5678;otra vez;México;;"
	9,on a do-not-call list,"5511112222;no llame;MX;;"
REJ
)" "every row that is not imported: line, reason, row"
is "$(q 'select number, country, zone, state, name from contact order by id')" \
"$(cat <<-'ROWS'
	+525512345678|mexico|America/Mexico_City|pending|José
	+526641234567|mexico|America/Tijuana|pending|Ana
	+18002345678|usa||held|gratis; 0800
	+13055550123|usa|America/New_York|pending|O"Neil  [31m
	+5511987654321|brazil|America/Sao_Paulo|pending|João
	+14165550199|canada|America/Toronto|pending|ultima
ROWS
)" "numbers, countries, zones, names; unknown zone is held"
is "$(q "select data from contact where number = '+525512345678'")" \
	'{"Nota": "dos\r\nlíneas", "Monto": "1.500,00"}' "the other columns"
is "$(q "select data->>'extension' from contact where country = 'brazil'")" \
	12 "an extension is kept, not dialled"
is "$(q "select string_agg(concat_ws(' ', country, zone, total, finished), ','
	order by country, zone) from campaign_tally")" \
"brazil America/Sao_Paulo 1 0,canada America/Toronto 1 0,mexico America/Mexico_City 1 0,mexico America/Tijuana 1 0,usa  1 0,usa America/New_York 1 0" \
	"the tally"
import "$TMP/dirty.csv" contacts --campaign a
is "$(counts)" "16 1 2 13 0 0 7 1 5 " "once more: all are there already"
is "$(q 'select sum(total) from campaign_tally')" 6 "and the tally stays"

# --- other files --------------------------------------------------------------
iconv -f UTF-8 -t CP1252 >"$TMP/latin.csv" <<-'CSV'
	nome,telefone
	Conceição,11 98765-4321
	Ñandú,11987654322
CSV
import "$TMP/latin.csv" contacts --list l1 --country brazil
is "$rc $(get encoding) $(get imported)" "0 CP1252 2" "latin-1 is noticed"
is "$(q "select name from contact where list = 'l1' order by id")" \
"Conceição
Ñandú" "and becomes UTF-8"
{
	printf '\377\376'
	printf 'sep=;\r\nphone_number;x\r\n+13055550001;1\r\n' |
		iconv -f UTF-8 -t UTF-16LE
} >"$TMP/utf16.csv"
import "$TMP/utf16.csv" contacts --list l2
is "$rc $(get encoding) $(counts)" "0 UTF-16LE 3 2 0 1 1 0 0 0 0 " \
	"UTF-16 and sep="
printf '3055550001\n\n(305) 555-0002\n3055550001\nx\n' >"$TMP/one.txt"
# shellcheck disable=SC2002 # it is to be a pipe
cat "$TMP/one.txt" | DISCADOR_CONNINFO=$CONN "$JOB" import contacts --list l3 \
	--country US --progress-fd 6 6>"$TMP/progress"
tail -1 "$TMP/progress" >"$TMP/final"
is "$(counts)" "5 0 1 4 2 0 1 0 1 " "one number per line, through a pipe"
import "$TMP/one.txt" contacts --list l4
is "$rc $(get imported) $(get rejected)" "0 0 4" \
	"without a country only international numbers are taken"
like "$(cat "$TMP/rejects")" '^1,no country code' "and the rejects say so"
printf 'a,b\nx,y\n' >"$TMP/none.csv"
import "$TMP/none.csv" contacts --list l5
is "$rc $(get ok)" "1 0" "a list without numbers is refused"
like "$(get error)" 'phone_number' "with what to do"
: >"$TMP/empty"
import "$TMP/empty" contacts --list l5
is "$rc $(get read)" "0 0" "an empty list is empty"
is "$(cat "$TMP/rejects")" "" "no rejects, no line in their file"
out=$("$JOB" import contacts --list l6 --country US <"$TMP/one.txt" 2>&1)
like "$out" '  2 +imported$' "by hand: a table on stdout"
like "$out" '1 +not a phone number' "with the reasons"

# --- states, further numbers, priority, callbacks -----------------------------
q "update country set states = 'FL 08:00-20:00; TX sun 12:00-21:00'
	where name = 'usa';
update country set holidays = 'BC:1mon08 12-25' where name = 'canada';
insert into campaign (name) values ('s')" >/dev/null
printf 'phone\n+13055550101\n+12145550102\n+12125550103\n+16045550104\n+14165550105\n+18005550106\n+525599990000\n' \
	>"$TMP/states.csv"
import "$TMP/states.csv" contacts --campaign s
is "$(q "select c.number, c.zone, c.state from contact c join campaign k
	on k.id = c.campaign_id where k.name = 's' order by c.id")" "$(cat <<-'ROWS'
	+13055550101|America/New_York,US-FL|pending
	+12145550102|America/Chicago,US-TX|pending
	+12125550103|America/New_York|pending
	+16045550104|America/Vancouver,CA-BC|pending
	+14165550105|America/Toronto|pending
	+18005550106||held
	+525599990000|America/Mexico_City|pending
ROWS
)" "the state is said where the country's law names it"
cat >"$TMP/extra.csv" <<'CSV'
phone2,name,Tel,alt1,priority,call_at,Teléfono_3,city
(305) 555-0202,Ann,+12125550201,+12125550201,7,2026-11-23 15:30,+525511112222,NYC
,Bob,+12125550211,,,2026-11-23T15:30:00-03:00,,
305555,Cid,+12125550221,+34612345678,-100,2026-07-01 09:00:05,800 555 0100,
,Dan,+12125550231,,101,,,
,Eve,+12125550241,,high,,,
,Fay,+12125550251,,,tomorrow,,
,Gus,+12125550261,,,2026-02-29 10:00,,
,Hal,+18005550271,,,2026-11-23 15:30,,
,Ida,+18005550281,,,2026-11-23T15:30Z,,
(305) 555-0202,Jim,+12125550291,305-555-0202,,,3055550202,
CSV
import "$TMP/extra.csv" contacts --list x1 --country US
is "$(counts)" "11 1 0 10 5 1 0 0 5 " "further columns: what is rejected"
ok "and the sums add up" adds_up
is "$(get alternates) $(get bad_alternates)" "3 3" \
	"further numbers, taken and left out"
is "$(cat "$TMP/rejects")" "$(cat <<-'REJ'
	line,reason,row
	4,"alt1: of a country that is not configured; phone2: too short for its country; Teléfono_3: its time zone is not known (left out, the contact is imported)","305555,Cid,+12125550221,+34612345678,-100,2026-07-01 09:00:05,800 555 0100,"
	5,"priority: ""101"" is no whole number from -100 to 100",",Dan,+12125550231,,101,,,"
	6,"priority: ""high"" is no whole number from -100 to 100",",Eve,+12125550241,,high,,,"
	7,"call_at: ""tomorrow"" is no time: write 2026-11-21 15:30",",Fay,+12125550251,,,tomorrow,,"
	8,"call_at: ""2026-02-29 10:00"" is no time: write 2026-11-21 15:30",",Gus,+12125550261,,,2026-02-29 10:00,,"
	9,"call_at: ""2026-11-23 15:30"" by which clock? the number's time zone is not known: write 2026-11-21T15:30-05:00",",Hal,+18005550271,,,2026-11-23 15:30,,"
REJ
)" "in which line and column, and why"
is "$(q "select name, priority, shift, callback,
	case when callback then due_at at time zone 'UTC' end
	from contact where list = 'x1' order by id")" "$(cat <<-'ROWS'
	Ann|1007|1000|t|2026-11-23 20:30:00
	Bob|1000|1000|t|2026-11-23 18:30:00
	Cid|900|1000|t|2026-07-01 13:00:05
	Ida|1000|1000|t|2026-11-23 15:30:00
	Jim|0|0|f|
ROWS
)" "priority; a callback is due when it was asked for, by the callee's clock"
is "$(q "select alternates from contact where list = 'x1' and name = 'Ann'")" \
	'[{"zone": "America/New_York,US-FL", "number": "+13055550202", "country": "usa"}, {"zone": "America/Mexico_City", "number": "+525511112222", "country": "mexico"}]' \
	"alternates by their digit, zones and states too; the number itself is none"
is "$(q "select jsonb_array_length(alternates) from contact
	where list = 'x1' and name = 'Jim'")" 1 "the same one is kept once"
is "$(q "select count(*) from contact where list = 'x1'
	and alternates is null")" 3 "and none is null, not an empty list"
is "$(q "select name, data from contact where list = 'x1' and data is not null
	order by id")" "$(cat <<-'ROWS'
	Ann|{"city": "NYC"}
	Cid|{"alt1": "+34612345678", "phone2": "305555", "Teléfono_3": "800 555 0100"}
ROWS
)" "what was left out is kept as it stood"
q "update country set states = 'FL 8-20' where name = 'usa'"
import "$TMP/states.csv" contacts --list x2
is "$rc $(get imported)" "1 0" "a law that cannot be read stops an import"
like "$(get error)" 'country usa: .*"8-20".*discador apply' "and says which"
q "update country set states = '', holidays = ''"
import "$TMP/states.csv" contacts --list x2
is "$(q "select count(*) from contact where list = 'x2'
	and zone ~ '[A-Z]{2}-'")" 0 "no rules, no states"

# --- do-not-call and DIDs -----------------------------------------------------
q "insert into contact (campaign_id, number, country, zone, state)
	select id, '+525512345678', 'mexico', 'America/Mexico_City', 'done'
	from campaign where name = 'b';
insert into campaign_tally select id, 'mexico', 'America/Mexico_City', 1, 1
	from campaign where name = 'b'"
printf 'number,reason\n+525512345678,asked\n+13055550123,\n+34612345678,\n+18002345678,\n+13055550100,\n+13055550123,\n' \
	>"$TMP/dnc.csv"
import "$TMP/dnc.csv" dnc
is "$(counts) $(get marked)" "7 1 0 6 5 0 1 0 0  3" \
	"do-not-call: new ones, one twice, contacts marked"
is "$(q "select number, list, source, reason from dnc where source <> ''
	order by number")" "+13055550100|internal|dnc.csv|
+13055550123|internal|dnc.csv|
+18002345678|internal|dnc.csv|
+34612345678|internal|dnc.csv|
+525512345678|internal|dnc.csv|asked" "the list"
is "$(q "select string_agg(c.state, ',' order by c.id) from contact c
	join campaign k on k.id = c.campaign_id where k.name = 'a'")" \
	"dnc,pending,dnc,dnc,pending,pending" "pending and held became dnc"
is "$(q "select sum(t.total), sum(t.finished) from campaign_tally t
	join campaign k on k.id = t.campaign_id where k.name = 'a'")" "6|3" \
	"what remains is right"
is "$(q "select t.finished from campaign_tally t join campaign k
	on k.id = t.campaign_id where k.name = 'b'")" 1 \
	"a finished contact is not counted twice"
import "$TMP/dnc.csv" dnc
is "$(get imported) $(get duplicates) $(get marked)" "0 6 0" "once more"
printf 'did,area,weight\n+12125550101,,\n+525512345679,,5\n+12125550102,646,0\n+34612345678,,\n+12125550101,,\n' \
	>"$TMP/dids.csv"
import "$TMP/dids.csv" dids
is "$(get imported) $(get duplicates) $(get rejected)" "3 1 1" "DIDs"
is "$(q 'select number, country, area, weight from did order by number')" \
"+12125550101|usa|212|1
+12125550102|usa|646|1
+525512345679|mexico|55|5" "country and area from the number"

# --- refusals -----------------------------------------------------------------
import "$TMP/one.txt" contacts --campaign nosuch
is "$rc" 1 "an unknown campaign"
like "$(get error)" 'no campaign "nosuch".*nothing was loaded' "is named"
import "$TMP/one.txt" contacts --list x --country Atlantis
like "$(get error)" 'unknown country "Atlantis"' "an unknown country"
import "$TMP/one.txt" contacts --list x --encoding klingon
like "$(get error)" 'unknown encoding "klingon"' "an unknown encoding"
import "$TMP/one.txt" contacts
is "$rc" 2 "neither campaign nor list: usage"
DISCADOR_CONNINFO="host=$TMP dbname=none" "$JOB" import dids \
	<"$TMP/one.txt" >/dev/null 2>"$TMP/err"
is $? 5 "no database: 5"
like "$(cat "$TMP/err")" 'nothing was loaded' "and it says so"

# --- cut off ------------------------------------------------------------------
perl -e 'print "phone,name\n";
	printf "+1305%07d,name %d\n", 2200000 + $_, $_ for 0..299999' \
	>"$TMP/big.csv"
before=$(q "select (select count(*) from contact),
	(select coalesce(sum(total), 0) from campaign_tally)")
nothing() {
	is "$(q "select (select count(*) from contact),
		(select coalesce(sum(total), 0) from campaign_tally)")" \
		"$before" "$1: nothing is loaded"
}
start() { # start INPUT: the import of campaign big as $pid
	: >"$TMP/progress"
	"$JOB" import contacts --campaign big --progress-fd 6 <"$1" \
		6>"$TMP/progress" 2>/dev/null &
	pid=$!
}
copying() { grep -q '"rows":[1-9]' "$TMP/progress"; }
inserting() { [ "$(PGDATABASE=postgres q "select count(*) from pg_stat_activity
	where query like 'with ins as%' and state = 'active'")" = 1 ]; }
gone() { [ "$(PGDATABASE=postgres q "select count(*) from pg_stat_activity
	where application_name = 'discador-job'")" = 0 ]; }
for sig in KILL TERM; do
	for phase in copying inserting; do
		start "$TMP/big.csv"
		ok "SIG$sig while $phase" wait_for 30 $phase
		if [ $phase$sig = copyingKILL ]; then
			ok "the password is not in its environment" \
				sh -c "test -r /proc/$pid/environ && ! grep -aq DISCADOR_CONNINFO=host /proc/$pid/environ"
		fi
		kill -$sig $pid
		wait $pid 2>/dev/null
		rc=$?
		ok "its session ends" wait_for 30 gone
		nothing "SIG$sig while $phase"
		[ $sig = KILL ] || is $rc 1 "exit code 1"
	done
done
tail -1 "$TMP/progress" >"$TMP/final"
is "$(get ok) $(get error)" "0 cancelled; nothing was loaded" "it says so"
mkfifo "$TMP/fifo" "$TMP/silent"
sleep 60 >"$TMP/silent" &
sender=$!
start "$TMP/silent"
ok "it waits for a silent sender" wait_for 30 grep -q '"done"' "$TMP/progress"
kill -TERM $pid
wait $pid
is $? 1 "and can be stopped there"
kill $sender
"$JOB" import contacts --campaign big --progress-fd 6 <"$TMP/big.csv" \
	6>"$TMP/fifo" 2>/dev/null &
pid=$!
head -1 "$TMP/fifo" >/dev/null
wait $pid
is $? 1 "whoever asked has gone: it stops"
nothing "then too"
start "$TMP/big.csv"
wait_for 30 copying
pg_stop
wait $pid
is $? 5 "the database goes away: 5"
pg_up
nothing "then too"
start "$TMP/big.csv"
wait $pid
tail -1 "$TMP/progress" >"$TMP/final"
is "$(counts)" "300001 1 0 300000 300000 0 0 0 0 " "and then it goes in"
is "$(q "select count(*), count(distinct number) from contact c join campaign k
	on k.id = c.campaign_id where k.name = 'big'")" "300000|300000" \
	"all of it"
like "$(grep -c '"done"' "$TMP/progress")" '^[1-9][0-9]?$' \
	"progress, not more than ten lines a second"

if [ -n "$BENCH" ]; then
	perl -e 'print "phone,name,city\n"; printf "+1212%07d,name %d,NYC\n",
		2000000 + $_, $_ for 0..999999' >"$TMP/million.csv"
	T_a=$(date +%s%N)
	import "$TMP/million.csv" contacts --list million
	T_b=$(date +%s%N)
	echo "# 1,000,000 rows: $(((T_b - T_a) / 1000000)) ms, $(counts)"
	perl -e 'print "phone,name,city,phone2,priority,call_at\n";
		printf "+1305%07d,name %d,MIA,+1212%07d,%d,%s\n", 2000000 + $_,
		$_, 2000000 + $_, $_ % 100, $_ % 10 ? "" : "2026-12-01 10:00"
		for 0..999999' >"$TMP/million.csv"
	T_a=$(date +%s%N)
	import "$TMP/million.csv" contacts --list million2
	T_b=$(date +%s%N)
	echo "# with further columns: $(((T_b - T_a) / 1000000)) ms, $(counts)"
fi
done_testing

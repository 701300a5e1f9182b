#!/bin/sh
# The main job on a real Asterisk 22: 3,600 contacts at 30 calls per second.
VERSION=${VERSION:-22} CPS=${CPS:-30} N=${N:-3600}
. t/lib.sh
. t/lib-asterisk.sh
. t/lib-engine.sh
. t/lib-real.sh
ast_need 22 "$VERSION"
real_start "$VERSION" "$CPS"
real_lists "$N"
ok "$CPS calls per second" d cps "$CPS"
for c in usa mexico; do
	ok "$c starts" d campaign start $c
done
ok 'both campaigns finish' real_wait $((N / CPS + 60)) real_over
real_cost
real_pace "$CPS"
real_dispositions

# Once each, and as the carrier has it
is "$(q 'select count(*) from call')" "$N" 'one call for each contact'
is "$(q "select count(*) from call where attempt = 1 and state = 'ended'")" "$N" 'its first and only attempt, ended'
is "$(q "select count(distinct contact_id) from call c join contact using (campaign_id, number) where contact.id = contact_id")" "$N" 'of every contact'
is "$(q "select count(*) from contact where attempts <> 1 and campaign_id in (select id from campaign where name <> 'again')")" 0 'counted as one attempt'
is "$(ast_truth | grep -c .)" "$N" 'the carrier had as many'
ok 'number, caller ID, answer, key and disposition row by row' real_compare
sed 's/^/# /' "$TMP/out"
is "$(q "select count(*) from call where disposition = 'lost'")" 0 'no call is lost'
is "$(q "select count(*) filter (where sent_at is null) || ' ' || count(*) filter (where setup_ms is null) || ' ' || count(*) filter (where cps_at_call is distinct from $CPS) from call")" "0 0 0" "sent_at, setup_ms and cps_at_call filled everywhere"
is "$(q 'select count(*) from call where answered_at is not null and (answered_at < sent_at or ended_at < answered_at or amd is null and cause is null)')" 0 'times in their order'

# The pace
ok "a mean of 99.7 % of $CPS calls per second" perl -e 'print $ARGV[0]; exit !($ARGV[0] >= $ARGV[1] * 29.9 / 30)' "$PACE_MEAN" "$CPS"
ok "no sliding second above $CPS" test "$PACE_WORST" -le "$CPS"

# Keys
like "$(q "select string_agg(distinct country || key_pressed, ' ' order by country || key_pressed) from call where disposition = 'connected'")" '^mexico3 usa1$' '1 connects in the usa, 3 in Mexico, and nothing else does'
is "$(q "select count(*) from call where (disposition = 'connected') <> (connected_at is not null)")" 0 'connected means that somebody took it'
is "$(q "select string_agg(number, ' ' order by number) from dnc")" \
    "$(sort "$ENG/nine" | sed 's/^/+/' | tr '\n' ' ' | sed 's/ $//')" 'who pressed 9 is on the do-not-call list, and nobody else'

# Caps and figures
is "$(q 'select sum(uses) from did_usage')" "$N" 'a use for each call'
is "$(q "select count(*) from (select did_id, cap_group, count(*) n from call group by 1, 2) c full join did_usage u using (did_id, cap_group) where n is distinct from uses")" 0 'and for each caller ID'
is "$(q 'select count(*) from did_usage where cap > 0 and uses > cap')" 0 'no cap exceeded'
is "$(q "select max(m) <= 1 from (select max(uses) - min(uses) m from did_usage group by cap_group) x")" t 'the rotation is even'
is "$(d status --json | perl -MJSON::PP -e '
	local $/; my $o = decode_json(<STDIN>); my $c = $o->{calls};
	print join("|", "total", @$c{qw(attempted answered failed connected opted_out abandoned)}), "\n";
	for (sort { $a->{name} cmp $b->{name} } @{$o->{campaigns}}) {
		next if $_->{name} eq "again";
		print join("|", @$_{qw(name attempted answered connected opted_out remaining)}), "\n" }
	for (sort { $a->{country} cmp $b->{country} } @{$o->{countries}}) {
		print join("|", @$_{qw(country attempted answered failed)}), "\n" }')" \
    "$(q "select 'total', count(*), count(answered_at), count(*) - count(answered_at), count(*) filter (where disposition = 'connected'), count(*) filter (where disposition = 'opted_out'), count(*) filter (where disposition = 'abandoned') from call")
$(q "select c.name, count(*), count(answered_at), count(*) filter (where disposition = 'connected'), count(*) filter (where disposition = 'opted_out'), 0 from call join campaign c on c.id = campaign_id group by 1 order by 1")
$(q "select country, count(*), count(answered_at), count(*) - count(answered_at) from call group by 1 order by 1")" 'status says what the table says'

# 9 is not called again although another list holds it
ok 'the campaign of the other list starts' d campaign start again
again_over() { camp_is again finished && quiet; }
ok 'it finishes' real_wait 60 again_over
again="campaign_id = (select id from campaign where name = 'again')"
is "$(q "select state || ' ' || count(*) from contact where $again group by state order by state")" \
    "dnc $(grep -c . "$ENG/nine")
exhausted $(grep -c . "$ENG/others")" 'who pressed 9 before ends uncalled, the others are called'
is "$(ast_truth | cut -d, -f1 | sort | uniq -d)" "$(sort "$ENG/others")" 'and so the carrier has it'
is "$(d status --json | grep -c '"rule"')" 0 'no alert stands'
ok 'a clean stop' eng_stop
done_testing

#!/bin/sh
# Sounds: recordings and drafts, what is refused, where they are installed,
# and that a campaign whose sound is missing does not start.
. t/lib.sh
. t/lib-engine.sh
need sox command -v sox
need espeak-ng command -v espeak-ng

eng_dir
eng_sim --speed 10 --missing gone_us,half_us
mkdir "$ENG/sounds" "$ENG/sent"
eng_conf "$SIM_PORT"
sed -i "s|max_channels = 20000;|& sounds = \"$ENG/sounds\";|" "$ENG/d.conf"
P=$ENG/state/prompts
code() { _w=$1; _d=$2; shift 2; "$@" >"$TMP/o" 2>"$TMP/e" </dev/null; is "$?" "$_w" "$_d"; }
says() { like "$(cat "$TMP/o" "$TMP/e")" "$1" "$2"; }
# wav FILE "OPTIONS" EFFECT...
wav() { _f=$1; _o=$2; shift 2; sox -V1 -n $_o "$_f" "$@"; }
field() { # field NAME FIELD: of list --json
	d prompt list --json | perl -MJSON::PP -e 'local $/; binmode STDOUT, ":utf8"; my $o = decode_json(<STDIN>);
	for (@$o) { print $ARGV[1] =~ /^=/ ? join(",", map { "$_->{switch} $_->{state}" } @{$_->{switches}})
		: $_->{$ARGV[1]}, "\n" if $_->{name} eq $ARGV[0] }' "$1" "$2"; }
sha() { sha256sum "$1" | cut -d' ' -f1; }

# ---- without an engine: the shipped texts become drafts
code 0 'the shipped texts are spoken' d prompt render
says '^36 prompts spoken' 'all of them'
code 0 'again' d prompt render
says '0 prompts spoken, 36 left' 'what is there stays'
missing=
for n in $(sed -n 's/.*prompt\(_goodbye\|\) = "\([a-z0-9_]*\)".*/\2/p' \
	etc/countries.conf etc/demo/*.conf etc/examples/*.conf | sort -u); do
	[ -f "$P/$n.sln" ] || missing="$missing $n"
done
is "$missing" '' 'every sound that a shipped context names is there'
bad=
for f in "$P"/*.wav; do
	[ "$(soxi -r "$f") $(soxi -c "$f") $(soxi -b "$f")" = '8000 1 16' ] ||
		bad="$bad $f"
	s=${f%.wav}
	[ "$(stat -c %s "$s.sln")" = $(($(soxi -s "$f") * 2)) ] &&
		[ "$(stat -c %s "$s.ulaw")" = "$(soxi -s "$f")" ] &&
		[ "$(stat -c %s "$s.alaw")" = "$(soxi -s "$f")" ] ||
		bad="$bad $s"
done
is "$bad" '' '8 kHz, mono, 16 bit, the same length in each format'
is "$(field adios_mx kind) $(field adios_mx language)" 'draft es-419' \
	'a draft, and its language'
is "$(field adeus_br =)" 'sw1 not installed' 'it is on no switch yet'

# ---- the engine
chmod -R a+rX "$ENG/state"
ok 'the engine runs' eng_start
up() { [ "$(st .switches.0.connected)" = true ]; }
ok 'and its switch is there' wait_for 20 up

# ---- recordings
wav "$TMP/Sala de Ventas 3.wav" '-r 44100 -c 2' synth 2 sine 440 vol 0.5
code 0 'a recording in stereo' d prompt add "$TMP/Sala de Ventas 3.wav" --language es
is "$(field sala_de_ventas_3 kind)" recorded 'under the name of its file'
is "$(soxi -s "$P/sala_de_ventas_3.wav")" 16000 'as long as it was'
is "$(field sala_de_ventas_3 source)" 'Sala de Ventas 3.wav' 'where it comes from'
like "$(field sala_de_ventas_3 by)" '^uid ' 'and from whom'
is "$(field sala_de_ventas_3 sha256)" "$(sha "$P/sala_de_ventas_3.sln")" 'its sum'
peak() { sox "$1" -n stat 2>&1 | awk '/Maximum amp/ { print ($3 > 0.6 && $3 < 0.75) }'; }
is "$(peak "$P/sala_de_ventas_3.wav")" 1 'at the level of all'
wav "$TMP/low.wav" '-r 8000' synth 1 sine 440 vol 0.02
code 0 'a quiet one' d prompt add "$TMP/low.wav"
says 'warning: the recording is very quiet' 'gets a warning'
is "$(peak "$P/low.wav")" 1 'and is as loud then'
wav "$TMP/cut.wav" '-r 8000 -b 16' synth 1 sine 440 gain 12
code 0 'one that was cut' d prompt add "$TMP/cut.wav"
says 'warning: .* cut off at full scale' 'gets one, too'
code 0 'from standard input' sh -c \
	"exec $B/discador -c $ENG/d.conf prompt add - --name piped <'$TMP/low.wav'"
sox -V1 -t wav "$TMP/low.wav" -e mu-law "$TMP/mu.wav"
code 0 'a WAV of mu-law' d prompt add "$TMP/mu.wav"

no() { _d=$1 _t=$2; shift 2; code 1 "$_d" "$@"; says "$_t" "$_d: why"; }
wav "$TMP/silent.wav" '-r 8000' trim 0 1
wav "$TMP/short.wav" '-r 8000' synth 0.2 sine 440
wav "$TMP/long.wav" '-r 8000' synth 121 sine 440
wav "$TMP/x.ogg" '-r 8000' synth 1 sine 440 2>/dev/null || echo OggS >"$TMP/x.ogg"
head -c 30 "$TMP/low.wav" >"$TMP/stub.wav"
head -c 44 "$TMP/low.wav" >"$TMP/empty.wav"
no 'silence' 'it is silent' d prompt add "$TMP/silent.wav"
no 'a click' 'shorter than 0.3 s' d prompt add "$TMP/short.wav"
no 'a speech' 'longer than 120 s' d prompt add "$TMP/long.wav"
# left against right: nothing is left of it in one channel
sox -V1 "$TMP/low.wav" -c 2 "$TMP/against.wav" remix 1 1v-1
no 'two channels that cancel' 'channels cancel each other' d prompt add "$TMP/against.wav"
no 'another format' 'no WAV file' d prompt add "$TMP/x.ogg"
no 'half a header' 'header is broken|no WAV' d prompt add "$TMP/stub.wav"
no 'nothing in it' 'cannot be used|no sound|sox' d prompt add "$TMP/empty.wav"
no 'no file' 'No such file' d prompt add "$TMP/nowhere.wav"
no 'a bad name' '1 to 60 of a-z' d prompt add "$TMP/low.wav" --name ../x
no 'another language' 'expected en, es-419' d prompt say hallo --name x --language de
no 'nothing to say' 'text is empty' d prompt say ' ' --name x --language en
no 'no such switch' 'no switch "pbx9"' d prompt install low --switch pbx9
no 'no such prompt' 'no prompt "nobody"' d prompt install nobody
code 2 'no name for standard input' d prompt add -
code 2 'all of them and one' d prompt install low --all
is "$(find "$P" -name '.*' ! -name .lock ! -name . | wc -l)" 0 'nothing is left lying about'
is "$(find "$P" -name 'x.*' | wc -l)" 0 'and nothing half made'
: >"$TMP/bin"
code 1 'without sox' env PATH="$TMP/none" "$B/discador" -c "$ENG/d.conf" \
	--run-dir "$TMP/none" prompt add "$TMP/low.wav"
says 'sox is not installed here: apt install sox' 'it says what to install'

# ---- drafts and recordings
code 0 'a text' d prompt say "Olá; rm -rf / \$(reboot) -w %f" --name diga --language pt
is "$(field diga kind) $(field diga text)" "draft Olá; rm -rf / \$(reboot) -w %f" \
	'is spoken as it stands'
code 0 'a recording takes the place of a draft' d prompt add "$TMP/low.wav" --name adios_mx
code 0 'the drafts once more' d prompt render --force
is "$(field adios_mx kind)" recorded 'never take the place of a recording'
no 'nor does a text' '--force' d prompt say 'Adiós' --name adios_mx --language es
code 0 'but when it is wished' d prompt say 'Adiós' --name adios_mx --language es --force
is "$(field adios_mx kind)" draft 'it is a draft now'
code 0 'the shipped ones once more' d prompt render
is "$(field adios_mx text)" Adiós 'leave it as it is'
code 0 'a recording of another' d prompt add "$TMP/low.wav" --name adios_co
old=$(sha "$P/adios_co.sln")
mv "$P/adios_co.txt" "$TMP/about"
: >"$P/adios_co.txt"
code 1 'what is known of it is gone' d prompt render
says 'adios_co' 'it is named'
is "$(sha "$P/adios_co.sln")" "$old" 'and not touched'
mv "$TMP/about" "$P/adios_co.txt"
is "$(q "select count(*) from event_log where action = 'prompt'" | awk '{ print ($1 > 10) }')" \
	1 'all of it is audited'

# ---- on the switches
code 0 'one is installed' d prompt install low
is "$(sha "$ENG/sounds/low.sln")" "$(sha "$P/low.sln")" 'it is there'
is "$(ls "$ENG/sounds" | tr '\n' ' ')" 'low.alaw low.sln low.ulaw low.wav ' \
	'in each format, and nothing else'
is "$(field low =)" 'sw1 installed' 'list says so'
echo >>"$ENG/sounds/low.sln"
is "$(field low =)" 'sw1 another one' 'another one is not taken for it'
code 0 'all are' d prompt install --all
says '^[0-9]* prompts are on the switches' 'how many'
is "$(ls "$ENG/sounds"/*.sln | wc -l)" "$(ls "$P"/*.sln | wc -l)" 'as many as there are'
is "$(d prompt list | grep -c 'sw1 installed')" "$(ls "$P"/*.sln | wc -l)" 'and list knows'
code 0 'added and installed at once' d prompt add "$TMP/low.wav" --name low2 --switch sw1
is "$(field low2 =)" 'sw1 installed' 'is there'
chmod 555 "$ENG/sounds"
mv "$ENG/sounds" "$ENG/sounds.away"
no 'a directory that is away' 'low on switch sw1: .*No such file' d prompt install low
mv "$ENG/sounds.away" "$ENG/sounds"
chmod 755 "$ENG/sounds"

# a command instead; no engine needed
sed "s|sounds = \"[^\"]*\"|sounds = \"cp %f '$ENG/sent'\"|" "$ENG/d.conf" |
	sed "s|'||g;s|run_dir = \"[^\"]*\"|run_dir = \"$TMP/none\"|" >"$ENG/c.conf"
c() { "$B/discador" -c "$ENG/c.conf" "$@"; }
code 0 'a command sends it' c prompt install low
is "$(sha "$ENG/sent/low.ulaw")" "$(sha "$P/low.ulaw")" 'each file'
like "$(c prompt list)" '^low  .*sw1 installed' 'which is noted'
c prompt add "$TMP/cut.wav" --name low >/dev/null 2>&1
like "$(c prompt list)" '^low  .*sw1 another one' 'and a newer one is told from it'
sed -i 's|"cp %f|"false %f|' "$ENG/c.conf"
no 'a command that fails' 'false ended by exit 1' c prompt install low
sed -i 's|"false %f[^"]*"|"cp %x"|' "$ENG/c.conf"
no 'a command that is none' 'that is not %f, %n or %%' c prompt install low
code 3 'only an engine can ask switches' c prompt check

# ---- what the switches have
cat >"$ENG/a.conf" <<-X
countries = ( { name = "usa"; region = "US"; did_daily_cap = 100;
    cap_group = "nanp"; cap_zone = "America/New_York";
    call_from = "00:00"; call_to = "24:00"; weekdays = "mon-sun"; } );
contexts = ( { name = "good"; prompt = "low"; prompt_goodbye = "adios_mx"; },
  { name = "bad"; prompt = "low"; prompt_goodbye = "gone_us"; },
  { name = "unused"; prompt = "low"; prompt_machine = "half_us"; on_machine = "hangup"; } );
profiles = ( { name = "default"; max_cps = 30.0; auto_adjust_cps = false; } );
trunks = ( { name = "t1"; switch = "sw1"; max_cps = 30.0; } );
campaigns = ( { name = "one"; context = "good"; trunks = [ "t1" ]; max_attempts = 1; dial_timeout = 5; },
  { name = "two"; context = "bad"; trunks = [ "t1" ]; max_attempts = 1; } );
X
ok 'campaigns' d apply "$ENG/a.conf"
code 0 'one that is there' d prompt check low
says '^low +sw1 +present' 'present'
code 1 'one that is not' d prompt check gone_us
says '^gone_us +sw1 +missing' 'missing'
code 1 'all that are named' d prompt check
is "$(awk 'NR > 1 { print $1 "=" $3 }' "$TMP/o" | sort | tr '\n' ' ')" \
	'adios_mx=present gone_us=missing low=present ' 'and no others'
code 1 'and all that we have' d prompt check --all
is "$(grep -c 'present$' "$TMP/o")" "$(find "$P" -name '*.sln' | wc -l)" 'they are there'
d prompt check low --json >"$TMP/o"
like "$(tr -d '\n ' <"$TMP/o")" '"sound":"low","switch":"sw1","state":"present"' 'as JSON'
no 'no such switch' 'no switch of that name' d prompt check low --switch pbx9
code 1 'a context' d context check bad
says 'error .*gone_us is missing on switch sw1: discador prompt install gone_us' \
	'names what is missing'
code 0 'one that does not play it' d context check unused
is "$(grep -c half_us "$TMP/o")" 0 'is not blamed'
no 'a campaign whose sound is missing' \
	'two does not start: the sound gone_us of context bad is missing on switch sw1: discador prompt install' \
	d campaign start two
is "$(camp two state)" stopped 'it is not running'
code 0 'why' d why campaign two
says 'sounds .*gone_us of context bad is missing' 'says so, too'
code 0 'the other starts' d campaign start one
is "$(cat "$TMP/o")" 'campaign one is running' 'without a word more'
is "$(cat "$ENG/truth.csv" "$ENG/outcomes.csv" 2>/dev/null | grep -c '[0-9a-f]\{8\}-')" 0 \
	'and nobody was called to find out'
d campaign stop one >/dev/null

# The switch is away: nobody can know
kill -9 "$SIM_PID"
wait "$SIM_PID" 2>/dev/null
SIM_PID=
down() { [ "$(st .switches.0.connected)" = false ]; }
ok 'the switch is away' wait_for 20 down
code 0 'check' d prompt check low
says 'could not be asked: it is not connected' 'says so'
code 0 'and a campaign starts' d campaign start two
says 'warning: it is not known whether the sound [a-z_]* of context bad is on switch sw1' \
	'with a warning'
ok 'the engine ends' eng_stop
done_testing
